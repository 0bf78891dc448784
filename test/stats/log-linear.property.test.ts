import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { BUCKETS, bucketAt, bucketOf, midpoint } from '../../src/stats/log-linear.ts';

const inRange = fc.double({ min: 2 ** -10, max: 2 ** 22, maxExcluded: true, noNaN: true });

/** Where a bucket begins: the powers of two from 2^-10 on, each in 32 equal parts. */
function lowerBound(bucket: number): number {
  return 2 ** (Math.floor(bucket / 32) - 10) * (1 + (bucket % 32) / 32);
}

describe('log-linear buckets, for any number', () => {
  it('stand for what fell into them within 1.6 %', () => {
    fc.assert(
      fc.property(inRange, (value) => Math.abs(midpoint(bucketOf(value)) - value) <= value / 64),
      { numRuns: 20_000 },
    );
  });

  it('hold it between their bounds, as a search finds it', () => {
    const bounds = Array.from({ length: BUCKETS }, (_, bucket) => lowerBound(bucket));
    fc.assert(
      fc.property(inRange, (value) => bucketOf(value) === bounds.findLastIndex((low) => low <= value)),
      { numRuns: 2_000 },
    );
  });

  it('are in the order of the numbers, and always one of them', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const [low, high] = [bucketOf(Math.min(a, b)), bucketOf(Math.max(a, b))];
        assert.ok(low <= high && low >= 0 && high < BUCKETS && Number.isInteger(low));
      }),
      { numRuns: 5_000 },
    );
  });

  it('are the same whether the number comes alone or in an array', () => {
    fc.assert(
      fc.property(fc.double(), (value) => bucketOf(value) === bucketAt(Float64Array.of(value), 0)),
      { numRuns: 5_000 },
    );
  });
});
