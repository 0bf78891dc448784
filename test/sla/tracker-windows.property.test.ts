import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Objective, SlaTracker } from '../../src/index.ts';
import { slotOf, slotsIn, startOf, tiersFor } from '../../src/sla/slots.ts';
import { CountsTwin } from '../support/counts-twin.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const THRESHOLD = 300;
const WINDOWS = {
  '5m': 5 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '6h': 6 * HOUR,
  '1d': DAY,
  '3d': 3 * DAY,
};
const OBJECTIVES: Objective[] = [
  { name: 'availability', service: 'shop', metric: 'availability', target: 0.9 },
  { name: 'error rate', service: 'shop', kind: ['server'], metric: 'error_rate', target: 0.2 },
  { name: 'speed', service: 'shop', operation: 'GET /', metric: 'response_time', target: THRESHOLD },
];

interface Request {
  kind: 'request';
  agoMillis: number;
  success: boolean;
  durationMillis: number;
}

/**
 * What the tracker should say, by brute force: every event of an objective with the slot it counts in. A request beyond
 * what the clock has shown counts as now, and so does everything that lies ahead of a clock that was set back.
 */
class TrackerTwin {
  readonly objectives = OBJECTIVES.map(() => new CountsTwin(tiersFor(30 * DAY)));
  #horizon = -Infinity;
  #slot: number;

  constructor(now: number) {
    this.#slot = slotOf(now);
  }

  look(now: number): void {
    const slot = slotOf(now);
    if (slot < this.#slot) for (const twin of this.objectives) twin.see(slot);
    this.#slot = slot;
    this.#horizon = startOf(slot + 1);
  }

  record(request: Request, now: number): void {
    let end = now - request.agoMillis;
    if (end >= this.#horizon) {
      this.look(now);
      end = Math.min(end, now);
    }
    if (end < this.#horizon - 30 * DAY) return;
    const { success, durationMillis } = request;
    for (const [index, good] of [success, success, success && durationMillis <= THRESHOLD].entries()) {
      this.objectives[index]!.add(slotOf(end), good ? 1 : 0, good ? 0 : 1);
    }
  }
}

const gap = fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: 20 * MINUTE }), fc.nat({ max: 10 * DAY }));
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      agoMillis: fc.oneof(
        fc.constant(0),
        fc.nat({ max: 15_000 }),
        fc.integer({ min: -30_000, max: 40 * MINUTE }),
        fc.nat({ max: 31 * DAY }),
      ),
      success: fc.boolean(),
      durationMillis: fc.constantFrom(0, 10, THRESHOLD, THRESHOLD + 0.001, 5_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), millis: gap }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setBack' as const), millis: gap }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('report' as const) }) },
);

describe('every window of a tracker beside a brute-force twin', () => {
  it('answers alike over random traffic with idle gaps, out-of-order ends and clock steps back and forth', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let now = 60 * DAY + 1_234;
        const tracker = new SlaTracker({ objectives: OBJECTIVES, clock: () => now, minEvents: 1 });
        const twin = new TrackerTwin(now);
        for (const each of [...steps, { kind: 'report' as const }]) {
          if (each.kind === 'wait') now += each.millis;
          else if (each.kind === 'setBack') now -= each.millis;
          else if (each.kind === 'request') {
            tracker.record({
              service: 'shop',
              operation: 'GET /',
              endTimeMillis: now - each.agoMillis,
              success: each.success,
              durationMillis: each.durationMillis,
            });
            twin.record(each, now);
          } else {
            twin.look(now);
            compare(tracker, twin, now);
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });
});

function compare(tracker: SlaTracker, twin: TrackerTwin, now: number): void {
  const service = tracker.report('shop').services[0];
  const reports = new Map(
    [service, ...(service?.operations ?? [])]
      .flatMap((each) => each?.objectives ?? [])
      .map((each) => [each.name, each]),
  );
  for (const [index, { name, metric }] of OBJECTIVES.entries()) {
    const expected = twin.objectives[index]!.read(slotsIn(30 * DAY), slotOf(now));
    const actual = reports.get(name!);
    assert.ok(actual, `${name} is not reported`);
    assert.deepEqual({ good: actual.good, bad: actual.bad }, expected, `${name} over 30d`);
    const ratio = metric === 'availability' ? 0.1 : metric === 'error_rate' ? 0.2 : 0.05;
    for (const [label, millis] of Object.entries(WINDOWS)) {
      const { good, bad } = twin.objectives[index]!.read(slotsIn(millis), slotOf(now));
      const rate = good + bad === 0 ? null : bad / (good + bad) / ratio;
      assert.deepEqual(round(actual.burnRates[label]), round(rate), `${name} over ${label}`);
    }
  }
}

function round(value: number | null | undefined): number | null | undefined {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}
