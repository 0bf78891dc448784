import assert from 'node:assert/strict';
import type { OperationRecord } from '../../src/sla/reading.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE = { name: 'available', service: 'shop', metric: 'availability', target: 0.9 } as const;

describe('a failure without a trace id that is a string', () => {
  it('adds none to the recent trace ids, and leaves the state fit to be saved', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.fail(1);
    for (const traceId of ['', 5, 1n, Symbol('trace'), {}, null])
      driven.fail(1, { traceId } as unknown as OperationRecord);
    assert.deepEqual(driven.objective('available').traceIds, []);
    assert.deepEqual(driven.counts('available'), [0, 7]);
    assert.deepEqual(driven.told[0]?.traceIds, []);
    assert.equal(driven.tracker.restoreState(driven.tracker.saveState()).restored, true);
  });
});

describe('a duration or an end time that is no number', () => {
  it('makes the request invalid, also where it could be read as one', () => {
    const driven = new DrivenTracker();
    for (const given of [null, '5', true, [7], new Date(5), 5n, {}])
      driven.send(1, { durationMillis: given } as unknown as OperationRecord);
    for (const given of ['5', true, [7], new Date(5), 5n, {}])
      driven.send(1, { endTimeMillis: given } as unknown as OperationRecord);
    const { counted, invalid, failed } = driven.tracker.snapshot();
    assert.deepEqual({ counted, invalid, failed }, { counted: 0, invalid: 13, failed: 0 });
  });
});
