import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { DurationHistogram } from '../../src/stats/duration-histogram.ts';

const millis = fc.oneof(
  fc.double({ min: 0, max: 20_000, noNaN: true }),
  fc.constantFrom(0, 0.5, 1, 5, 250, 10_000, 10_000.001),
);

it('a duration histogram takes what is no duration for nothing', () => {
  const histogram = new DurationHistogram();
  for (const value of [NaN, -1e-12, -5]) histogram.record(value);
  assert.deepEqual([histogram.read().counts[0], histogram.read().sumMillis], [3, 0]);
});

describe('a duration histogram, beside a list of every duration', () => {
  it('counts each under the first bound that is not smaller', () => {
    fc.assert(
      fc.property(fc.array(millis), (values) => {
        const histogram = new DurationHistogram();
        for (const value of values) histogram.record(value);
        const { boundsMillis, counts, count, sumMillis } = histogram.read();
        const expected = [...boundsMillis, Infinity].map(
          (bound, index) => values.filter((value) => value <= bound && value > (boundsMillis[index - 1] ?? -1)).length,
        );
        assert.deepEqual(counts, expected);
        assert.equal(count, values.length);
        assert.ok(Math.abs(sumMillis - values.reduce((sum, value) => sum + value, 0)) <= 1e-9 * sumMillis);
      }),
    );
  });
});
