import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { bucketOf } from '../../src/stats/log-linear.ts';
import { change } from '../../src/timeout/change.ts';
import { samples } from './samples.ts';

const millis = fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('the distance of two samples', () => {
  it('is what sorting them gives', () => {
    fc.assert(
      fc.property(millis, millis, (some, others) => {
        const [a, b] = [samples(some), samples(others)];
        const distance = change(a.completed, a.censored, b.completed, b.censored);
        assert.ok(Math.abs(Math.abs(distance) - bySorting(some.map(bucketOf), others.map(bucketOf))) < 1e-9);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is above 0 where the first is slower, and turns its sign with the order', () => {
    const [slow, fast] = [samples([100, 200, 300]), samples([1, 2, 3])];
    assert.equal(change(slow.completed, undefined, fast.completed, undefined), 1);
    assert.equal(change(fast.completed, undefined, slow.completed, undefined), -1);
  });

  it('is that of the calls that complete: an outage, in which few do, is no other operation', () => {
    const healthy = samples([10, 20, 30, 40]);
    const outage = samples(
      [10, 20, 30, 40],
      Array.from({ length: 100 }, () => 50),
    );
    assert.ok(Math.abs(change(outage.completed, outage.censored, healthy.completed, healthy.censored)) < 1e-9);
  });
});

/** The Kolmogorov-Smirnov distance, value by value. */
function bySorting(some: readonly number[], others: readonly number[]): number {
  const share = (of: readonly number[], upTo: number): number => of.filter((each) => each <= upTo).length / of.length;
  const differences = [...some, ...others].map((value) => Math.abs(share(some, value) - share(others, value)));
  return Math.max(...differences);
}
