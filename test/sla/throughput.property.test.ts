import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { slotOf, slotsIn, tiersFor } from '../../src/sla/slots.ts';
import { parseDuration } from '../../src/time/duration.ts';
import { DrivenTracker, NOON } from '../support/driven-tracker.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const WINDOWS = { '5m': 5 * MINUTE, '1h': 60 * MINUTE, '1d': DAY, '3d': 3 * DAY };
const LEAST = 2;
const TIERS = tiersFor(30 * DAY);

type Step = { kind: 'requests'; agosMillis: number[] } | { kind: 'wait'; millis: number } | { kind: 'look' };

/** Verdicts by brute force: all requests and moments are kept, and every slice is judged from its beginning. */
class SlicesTwin {
  readonly #judged: { slot: number; good: boolean }[] = [];
  readonly #millis: number;
  #ends: number[] = [];
  #next: number;

  constructor(millis: number, sinceMillis: number) {
    this.#millis = millis;
    this.#next = Math.ceil(sinceMillis / millis);
  }

  /** Time is known to have come to a moment: every slice that ended by then has its verdict. */
  see(now: number): void {
    for (; (this.#next + 1) * this.#millis <= now; this.#next++) {
      const [from, to] = [this.#next * this.#millis, (this.#next + 1) * this.#millis];
      const good = this.#ends.filter((end) => end >= from && end < to).length >= LEAST;
      this.#judged.push({ slot: slotOf(to - 1), good });
      this.#ends = this.#ends.filter((end) => end >= to);
    }
  }

  request(end: number): void {
    this.see(end);
    if (end >= this.#next * this.#millis) this.#ends.push(end);
  }

  /** Good and bad slices in a window that ends now, exact to a slot of the tier that answers it. */
  read(windowMillis: number, now: number): { good: number; bad: number } {
    const [width] = TIERS.find(([each, length]) => each * length >= slotsIn(windowMillis))!;
    const first = Math.floor(slotOf(now) / width) - Math.ceil(slotsIn(windowMillis) / width) + 1;
    const inside = this.#judged.filter(({ slot }) => Math.floor(slot / width) >= first);
    const good = inside.filter((each) => each.good).length;
    return { good, bad: inside.length - good };
  }
}

const steps = (longestGap: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('requests' as const),
          agosMillis: fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 3_000 }), fc.nat({ max: 3 * MINUTE })), {
            maxLength: 4,
          }),
        }),
      },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          millis: fc.oneof(fc.nat({ max: 8_000 }), fc.nat({ max: 3 * MINUTE }), fc.nat({ max: longestGap })),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
    ),
    { maxLength: 40 },
  );

describe('throughput beside a brute-force twin', () => {
  for (const [slice, longestGap, numRuns] of [
    ['1s', 20 * MINUTE, 1_000],
    ['7s', 2 * 60 * MINUTE, 1_000],
    ['1m', 2 * DAY, 1_000],
    ['10m', 20 * DAY, 500],
  ] as const)
    it(`judges the same slices of ${slice} alike, over gaps and late arrivals, in every window`, () => {
      fc.assert(
        fc.property(fc.nat({ max: 2 * MINUTE }), fc.boolean(), steps(longestGap), (offset, longest, sequence) => {
          const millis = parseDuration(slice)!;
          const target = (LEAST * 1_000) / millis;
          const window = longest ? '30d' : '1h';
          const objective = { name: 'busy', service: 'shop', metric: 'throughput', target, slice, window } as const;
          const driven = new DrivenTracker({ objectives: [objective] }, NOON + offset);
          const twin = new SlicesTwin(millis, NOON + offset);
          for (const step of [...sequence, { kind: 'look' as const }]) {
            if (step.kind === 'wait') driven.now += step.millis;
            else if (step.kind === 'requests')
              for (const ago of step.agosMillis) {
                driven.send(1, { endTimeMillis: driven.now - ago });
                twin.request(driven.now - ago);
              }
            else {
              twin.see(driven.now);
              compare(driven, twin, longest ? 30 * DAY : 60 * MINUTE);
            }
          }
        }),
        { numRuns },
      );
    });
});

function compare(driven: DrivenTracker, twin: SlicesTwin, windowMillis: number): void {
  const { good, bad, burnRates } = driven.objective('busy');
  assert.deepEqual({ good, bad }, twin.read(windowMillis, driven.now));
  for (const [label, millis] of Object.entries(WINDOWS)) {
    const expected = twin.read(millis, driven.now);
    const events = expected.good + expected.bad;
    const rate = burnRates[label];
    if (events === 0) assert.equal(rate, null, label);
    else assert.equal(rate?.toFixed(9), (expected.bad / events / 0.01).toFixed(9), label);
  }
}
