import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { bucketOf } from '../../src/stats/log-linear.ts';
import { RecentHistogram } from '../../src/stats/recent-histogram.ts';

const PERIOD = 6;

/** Remembers every value with its period. */
class Twin {
  #values: { period: number; value: number }[] = [];
  #period = 0;

  add(slot: number, value: number): void {
    const period = Math.floor(slot / PERIOD);
    this.#period = Math.max(this.#period, period);
    this.#values.push({ period, value });
    this.#forget(this.#period);
  }

  /** What lies ahead comes to the present; the half before it stays the half before it. */
  settle(slot: number): void {
    const shift = Math.max(0, this.#period - Math.floor(slot / PERIOD));
    this.#period -= shift;
    for (const each of this.#values) each.period -= shift;
  }

  read(slot: number): number[] {
    const now = Math.max(this.#period, Math.floor(slot / PERIOD));
    return this.#values
      .filter(({ period }) => period >= now - 1)
      .map(({ value }) => value)
      .toSorted((a, b) => a - b);
  }

  #forget(now: number): void {
    this.#values = this.#values.filter(({ period }) => period >= now - 1);
  }
}

const value = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 4_000_000, noNaN: true }), fc.nat({ max: 2_000 }));
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('add' as const), ahead: fc.integer({ min: -20, max: 2 }), value }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      slots: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 100 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setBack' as const), slots: fc.nat({ max: 50 }) }) },
);

function check(histogram: RecentHistogram, twin: Twin, slot: number): void {
  const seen = histogram.read(slot);
  const values = twin.read(slot);
  assert.equal(seen?.count ?? 0, values.length);
  if (seen === undefined) return;
  const sum = values.reduce((total, each) => total + each, 0);
  assert.equal(seen.max, values.at(-1));
  assert.ok(Math.abs(seen.mean - sum / values.length) <= 1e-9 * sum);
  for (const ratio of [0, 0.25, 0.5, 0.95, 0.99, 1]) {
    const exact = values[Math.max(1, Math.ceil(ratio * values.length)) - 1] ?? NaN;
    const error = Math.abs(seen.quantile(ratio) - exact);
    assert.ok(error <= Math.max(exact / 64, 0.002), `quantile ${ratio}: ${seen.quantile(ratio)} for ${exact}`);
  }
}

describe('a recent histogram, beside a list of every value', () => {
  it('answers alike over idle gaps, late values and a clock that is set back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const histogram = new RecentHistogram(PERIOD);
        const twin = new Twin();
        let now = 1_000;
        for (const each of steps) {
          if (each.kind === 'wait') now += each.slots;
          else if (each.kind === 'setBack') {
            now = Math.max(0, now - each.slots);
            histogram.settle(now);
            twin.settle(now);
          } else {
            const slot = Math.max(0, now + each.ahead);
            histogram.add(slot, bucketOf(each.value), Float64Array.of(each.value), 0);
            twin.add(slot, each.value);
          }
          check(histogram, twin, now);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
