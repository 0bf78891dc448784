import assert from 'node:assert/strict';
import { BUCKETS, bucketAt, bucketOf, midpoint } from '../../src/stats/log-linear.ts';

const LAST = BUCKETS - 1;
const LEAST = 2 ** -10;
const END = 2 ** 22;

const EDGES: readonly (readonly [fact: string, value: number, bucket: number])[] = [
  ['zero', 0, 0],
  ['minus zero', -0, 0],
  ['a little under zero', -1e-12, 0],
  ['minus infinity', -Infinity, 0],
  ['NaN', NaN, 0],
  ['the smallest number there is', Number.MIN_VALUE, 0],
  ['just under the range', LEAST * (1 - Number.EPSILON), 0],
  ['the least of the range', LEAST, 0],
  ['just under the end of the range', END * (1 - Number.EPSILON), LAST],
  ['the end of the range', END, LAST],
  ['the greatest number there is', Number.MAX_VALUE, LAST],
  ['infinity', Infinity, LAST],
];

/** Where a bucket begins: the powers of two from 2^-10 on, each in 32 equal parts. */
function lowerBound(bucket: number): number {
  return 2 ** (Math.floor(bucket / 32) - 10) * (1 + (bucket % 32) / 32);
}

describe('log-linear buckets', () => {
  for (const [fact, value, bucket] of EDGES) {
    it(`put ${fact} into ${bucket === 0 ? 'the first' : 'the last'}`, () => {
      assert.equal(bucketOf(value), bucket);
      assert.equal(bucketAt(Float64Array.of(7, value), 1), bucket);
    });
  }

  it('begin where they say, and end where the next begins', () => {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const low = lowerBound(bucket);
      const next = lowerBound(bucket + 1);
      assert.equal(bucketOf(low), bucket);
      assert.equal(bucketOf(next * (1 - Number.EPSILON)), bucket);
      assert.ok(low < midpoint(bucket) && midpoint(bucket) < next);
    }
    assert.equal(lowerBound(0), LEAST);
    assert.equal(lowerBound(BUCKETS), END);
  });
});
