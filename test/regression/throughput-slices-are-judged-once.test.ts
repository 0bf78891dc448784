import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const BUSY: Objective = { name: 'busy', service: 'shop', metric: 'throughput', target: 1, slice: '1m', window: '1d' };

describe('a throughput objective', () => {
  it('does not judge the past again when its target share changes', () => {
    const driven = new DrivenTracker({ objectives: [BUSY] });
    for (let minute = 0; minute < 10; minute++) {
      driven.send(60);
      driven.wait('1m');
    }
    assert.deepEqual(driven.counts('busy'), [10, 0]);
    driven.tracker.setTarget({ ...BUSY, sliceRatio: 0.5 });
    assert.deepEqual(driven.counts('busy'), [10, 0]);
  });

  it('goes on filling the present slice when its window changes', () => {
    const driven = new DrivenTracker({ objectives: [BUSY] });
    driven.send(40);
    driven.tracker.setTarget({ ...BUSY, window: '2d' });
    driven.send(20);
    driven.wait('1m');
    assert.deepEqual(driven.counts('busy'), [1, 0]);
  });

  it('does not hold a service that a pattern finds to the time before it appeared', () => {
    const driven = new DrivenTracker({ objectives: [{ ...BUSY, service: 'sh*' }] });
    driven.wait('10d');
    driven.wait('30s');
    driven.send(1);
    assert.deepEqual(driven.counts('busy'), [0, 0]);
    driven.wait('30s');
    driven.send(60);
    driven.wait('1m');
    assert.deepEqual(driven.counts('busy'), [1, 0]);
  });

  it('is kept by a slice that carries exactly its target, where binary fractions carry noise', () => {
    for (const [target, requests] of [
      [8.3, 498],
      [0.35, 21],
      [16.1, 966],
    ] as const) {
      const driven = new DrivenTracker({ objectives: [{ ...BUSY, target }] });
      driven.send(requests);
      driven.wait('1m');
      driven.send(requests - 1);
      driven.wait('1m');
      assert.deepEqual(driven.counts('busy'), [1, 1], `${target} a second`);
    }
  });
});
