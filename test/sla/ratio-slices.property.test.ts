import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Objective } from '../../src/sla/objective.ts';
import { slotOf, slotsIn, tiersFor } from '../../src/sla/slots.ts';
import { parseDuration } from '../../src/time/duration.ts';
import { DrivenTracker, NOON } from '../support/driven-tracker.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const WINDOWS = { '5m': 5 * MINUTE, '1h': 60 * MINUTE, '1d': DAY, '3d': 3 * DAY };
const TIERS = tiersFor(30 * DAY);
/** In hundredths, so that the twin reckons in whole numbers. */
const SHARES = [50, 66, 90, 95, 99, 100] as const;

interface Request {
  readonly agoMillis: number;
  readonly success: boolean;
  readonly slow: boolean;
}
type Step =
  { kind: 'requests'; requests: Request[] } | { kind: 'wait'; millis: number } | { kind: 'look' } | { kind: 'restart' };

/** Verdicts by brute force: every request is kept, and every slice that has some is judged once time has passed its end. */
class SlicesTwin {
  readonly #judged: { slot: number; good: boolean }[] = [];
  readonly #millis: number;
  readonly #share: number;
  #open: { end: number; good: boolean }[] = [];
  /** Slices before this one have been judged, or had nothing to be judged on. */
  #next: number;

  constructor(millis: number, share: number, sinceMillis: number) {
    this.#millis = millis;
    this.#share = share;
    this.#next = Math.floor(sinceMillis / millis);
  }

  /** Time is known to have come to a moment. */
  see(now: number): void {
    const present = Math.floor(now / this.#millis);
    const ended = new Set(
      this.#open.map(({ end }) => Math.floor(end / this.#millis)).filter((slice) => slice < present),
    );
    for (const slice of ended) {
      const inside = this.#open.filter(({ end }) => Math.floor(end / this.#millis) === slice);
      const good = inside.filter((each) => each.good).length;
      this.#judged.push({
        slot: slotOf((slice + 1) * this.#millis - 1),
        good: 100 * good >= this.#share * inside.length,
      });
    }
    this.#open = this.#open.filter(({ end }) => !ended.has(Math.floor(end / this.#millis)));
    this.#next = Math.max(this.#next, present);
  }

  request(end: number, good: boolean): void {
    this.see(end);
    if (Math.floor(end / this.#millis) >= this.#next) this.#open.push({ end, good });
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

const request: fc.Arbitrary<Request> = fc.record({
  agoMillis: fc.oneof(fc.constant(0), fc.nat({ max: 3 * SECOND }), fc.nat({ max: 3 * MINUTE })),
  success: fc.boolean(),
  slow: fc.boolean(),
});

const steps = (longestGap: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('requests' as const),
          requests: fc.array(request, { maxLength: 6 }),
        }),
      },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          millis: fc.oneof(fc.nat({ max: 8 * SECOND }), fc.nat({ max: 3 * MINUTE }), fc.nat({ max: longestGap })),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'restart' as const) }) },
    ),
    { maxLength: 40 },
  );

function objectiveOf(metric: Objective['metric'], share: number, slice: Objective['slice']): Objective {
  const common = { name: 'sliced', service: 'shop', slice: slice!, sliceRatio: 0.9 };
  const ratio = share / 100;
  switch (metric) {
    case 'error_rate':
      return { ...common, metric, target: Number((1 - ratio).toFixed(2)) };
    case 'response_time':
      return { ...common, metric, target: '300ms', percentile: ratio };
    default:
      return { ...common, metric: 'availability', target: ratio };
  }
}

describe('slices of requests beside a brute-force twin', () => {
  for (const [slice, longestGap, numRuns] of [
    ['1s', 20 * MINUTE, 800],
    ['7s', 2 * 60 * MINUTE, 800],
    ['1m', 2 * DAY, 800],
    ['1d', 20 * DAY, 400],
  ] as const)
    it(`judges the same slices of ${slice} alike, over gaps, late arrivals and restarts, in every window`, () => {
      fc.assert(
        fc.property(
          fc.nat({ max: 2 * MINUTE }),
          fc.constantFrom('availability', 'error_rate', 'response_time'),
          fc.constantFrom(...SHARES),
          fc.constantFrom('1d', '30d'),
          steps(longestGap),
          (offset, metric, share, window, sequence) => {
            const millis = parseDuration(slice)!;
            const options = { objectives: [{ ...objectiveOf(metric, share, slice), window }] };
            let driven = new DrivenTracker(options, NOON + offset);
            const twin = new SlicesTwin(millis, share, NOON + offset);
            for (const step of [...sequence, { kind: 'look' as const }]) {
              if (step.kind === 'wait') driven.now += step.millis;
              else if (step.kind === 'requests')
                for (const { agoMillis, success, slow } of step.requests) {
                  const endTimeMillis = driven.now - agoMillis;
                  driven.send(1, { endTimeMillis, success, durationMillis: slow ? 301 : 300 });
                  twin.request(endTimeMillis, success && !(slow && metric === 'response_time'));
                }
              else {
                twin.see(driven.now);
                if (step.kind === 'restart') driven = restarted(driven, options);
                compare(driven, twin, parseDuration(window)!);
              }
            }
          },
        ),
        { numRuns },
      );
    });
});

/** What a process goes on as that is started at the moment in which the one before it ends. */
function restarted(before: DrivenTracker, options: { objectives: Objective[] }): DrivenTracker {
  const after = new DrivenTracker(options, before.now);
  assert.equal(after.tracker.restoreState(before.tracker.saveState()).restored, true);
  return after;
}

function compare(driven: DrivenTracker, twin: SlicesTwin, windowMillis: number): void {
  const { good, bad, burnRates } = driven.objective('sliced');
  assert.deepEqual({ good, bad }, twin.read(windowMillis, driven.now));
  for (const [label, millis] of Object.entries(WINDOWS)) {
    const expected = twin.read(millis, driven.now);
    const events = expected.good + expected.bad;
    const rate = burnRates[label];
    if (events === 0) assert.equal(rate, null, label);
    else assert.equal(rate?.toFixed(9), (expected.bad / events / 0.1).toFixed(9), label);
  }
}
