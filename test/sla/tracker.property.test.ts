import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Objective } from '../../src/sla/objective.ts';
import type { OperationRecord } from '../../src/sla/reading.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';
import { NOON } from '../support/driven-tracker.ts';

const DAY = 86_400_000;
const FIELDS = ['service', 'operation', 'kind', 'success', 'durationMillis', 'endTimeMillis', 'traceId', 'sampled'];
const OBJECTIVES: Objective[] = [
  { metric: 'availability', target: 0.9 },
  { metric: 'response_time', target: 100, operation: '*' },
  { metric: 'throughput', target: 1, slice: '1s' },
];

const garbage = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
  fc.constantFrom<unknown>(Symbol('garbage'), () => 'shop', NaN, -0, '__proto__', 'constructor', '\ud800'),
);
const plausible = fc.oneof(
  fc.constantFrom<unknown>('shop', 'GET /', 'server', 'client', true, false, 0, 10, 5_000, NOON, NOON - 1, NOON + 1e9),
  // A window of 30 d is exact to its slots of six hours, so that what is a little younger may have left it.
  fc.integer({ min: NOON - 40 * DAY, max: NOON - 30 * DAY - 5_000 }),
  fc.integer({ min: NOON - 29 * DAY, max: NOON + 1_000 }),
);
/** A value, or a getter that gives it, or one that throws. */
const field = fc.record({
  value: fc.oneof(garbage, plausible),
  as: fc.constantFrom('value', 'value', 'getter', 'trap'),
});
const record = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 5, 'shop', [], () => ({}), new Proxy({}, {})),
  fc.dictionary(fc.constantFrom(...FIELDS), field).map(recordOf),
);

/** A sound record with some of its fields replaced. */
function recordOf(fields: Record<string, { value: unknown; as: string }>): unknown {
  const made = { service: 'shop', operation: 'GET /', success: true, durationMillis: 10, endTimeMillis: NOON };
  for (const [name, { value, as }] of Object.entries(fields)) {
    const get = (): unknown => {
      if (as === 'trap') throw value;
      return value;
    };
    Object.defineProperty(made, name, as === 'value' ? { value } : { get });
  }
  return made;
}

describe('whatever is recorded', () => {
  it('throws nothing, has one fate, and leaves a tracker that reports, saves and counts on', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        const tracker = new SlaTracker({ objectives: OBJECTIVES, clock: () => NOON, ignore: [{ service: 'ignored' }] });
        for (const each of records) tracker.record(each as OperationRecord);
        const { counted, dropped, late, invalid, ignored, failed } = tracker.snapshot();
        assert.equal(counted + dropped + late + invalid + ignored + failed, records.length);

        tracker.record({ service: 'sound', success: false, durationMillis: 1 });
        const report = tracker.report();
        assert.equal(report.services.find(({ service }) => service === 'sound')?.failures, 1);
        assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
        const sum = report.services.reduce((requests, each) => requests + each.requests, 0);
        assert.equal(sum, counted + dropped + 1);
        assert.equal(new SlaTracker({ clock: () => NOON }).restoreState(tracker.saveState()).restored, true);
      }),
      { numRuns: 2_000 },
    );
  });
});
