import assert from 'node:assert/strict';
import { ExplicitBounds } from '../../src/stats/explicit-bounds.ts';
import { bucketOf } from '../../src/stats/log-linear.ts';

/** A value just over another. */
function after(value: number): number {
  return value + Math.max(Number.MIN_VALUE, Math.abs(value) * Number.EPSILON);
}

function indexIn(bounds: readonly number[], value: number): number {
  return new ExplicitBounds(bounds).indexOf(bucketOf(value), Float64Array.of(0, value), 1);
}

const HTTP = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

describe('explicit bounds', () => {
  it('are ascending and distinct, in whatever order they are given', () => {
    assert.deepEqual(new ExplicitBounds([300, 5, 100, 5, 300]).bounds, [5, 100, 300]);
    assert.deepEqual(new ExplicitBounds([]).bounds, []);
  });

  it('count a value that equals a bound under it, and one just over it not', () => {
    for (const [index, bound] of HTTP.entries()) {
      assert.equal(indexIn(HTTP, bound), index, `${bound}`);
      assert.equal(indexIn(HTTP, after(bound)), index + 1, `just over ${bound}`);
    }
  });

  it('tell bounds apart that lie in one log-linear bucket', () => {
    const close = [300, 300.001, 300.002, 301];
    assert.equal(new Set(close.map(bucketOf)).size, 1);
    assert.deepEqual(
      close.map((bound) => indexIn(close, bound)),
      [0, 1, 2, 3],
    );
    assert.equal(indexIn(close, 300.0015), 2);
    assert.equal(indexIn(close, 302), 4);
  });

  const EDGES: readonly (readonly [value: number, index: number])[] = [
    [-1e-12, 0],
    [0, 0],
    [Number.MIN_VALUE, 0],
    [5, 0],
    [10_000, 13],
    [3_600_000, 14],
    [2 ** 23, 14],
    [Number.MAX_VALUE, 14],
    [Infinity, 14],
  ];
  for (const [value, index] of EDGES) {
    it(`put ${value} into the ${index === 14 ? 'bucket beyond the last' : `bucket of ${HTTP[index]}`}`, () => {
      assert.equal(indexIn(HTTP, value), index);
    });
  }

  it('hold beyond the range of the log-linear buckets, and under it', () => {
    const far = [0, 1e-6, 2 ** 22, 2 ** 23, 2 ** 30];
    assert.deepEqual(
      far.map((bound) => indexIn(far, bound)),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(
      far.map((bound) => indexIn(far, after(bound))),
      [1, 2, 3, 4, 5],
    );
  });

  it('put everything into one bucket where there is no bound', () => {
    for (const value of [-1, 0, 5, Infinity]) assert.equal(indexIn([], value), 0);
  });
});
