import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { firstBucketUnder, kaplanMeier } from '../../src/timeout/kaplan-meier.ts';

const counts = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 12 });

describe('Kaplan-Meier', () => {
  it('gives what is worked out by hand', () => {
    // 10 at risk: 2 complete, 1 is censored; of 7 left 3 complete, 2 are censored; of 2 left 1 completes, 1 is censored.
    const survival = new Float64Array(3);
    const left = kaplanMeier([2, 3, 1], [1, 2, 1], survival);
    const expected = [8 / 10, (8 / 10) * (4 / 7), (8 / 10) * (4 / 7) * (1 / 2)];
    for (const [bucket, share] of expected.entries()) assert.ok(Math.abs(survival[bucket]! - share) < 1e-12);
    assert.equal(left, survival[2]);
  });

  it('is the plain share where nothing is censored', () => {
    const survival = new Float64Array(4);
    assert.equal(kaplanMeier([1, 0, 2, 1], undefined, survival), 0);
    assert.deepEqual([...survival], [0.75, 0.75, 0.25, 0]);
  });

  it('gives what each call, one by one, passes on to those that outlast it', () => {
    fc.assert(
      fc.property(counts, (pairs) => {
        const [completed, censored] = [pairs.map(([each]) => each), pairs.map(([, each]) => each)];
        const survival = new Float64Array(pairs.length);
        const left = kaplanMeier(completed, censored, survival);
        const twin = redistributed(completed, censored);
        for (const [bucket, share] of twin.entries()) assert.ok(Math.abs(survival[bucket]! - share) < 1e-9);
        assert.ok(Math.abs(left - twin.at(-1)!) < 1e-9);
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds the first bucket behind which little enough is left, as a search does', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (pairs, share) => {
        const survival = new Float64Array(pairs.length);
        kaplanMeier(
          pairs.map(([each]) => each),
          pairs.map(([, each]) => each),
          survival,
        );
        assert.equal(
          firstBucketUnder(survival, share),
          survival.findIndex((each) => each <= share),
        );
      }),
    );
  });
});

/**
 * B. Efron's way to the same curve: every call weighs the same; a censored call hands its weight in equal parts to the calls
 * that outlast it. What nobody outlasts is left over.
 */
function redistributed(completed: readonly number[], censored: readonly number[]): number[] {
  const calls = completed.flatMap((count, bucket) => [
    ...Array.from({ length: count }, () => ({ bucket, ended: true })),
    ...Array.from({ length: censored[bucket]! }, () => ({ bucket, ended: false })),
  ]);
  const weights = calls.map(() => 1 / calls.length);
  for (const [index, call] of calls.entries()) {
    const outlasting = calls.length - index - 1;
    if (call.ended || outlasting === 0) continue;
    for (let later = index + 1; later < calls.length; later++) weights[later]! += weights[index]! / outlasting;
    weights[index] = 0;
  }
  return completed.map((_, bucket) => {
    const over = calls.map((call, index) => (call.ended && call.bucket <= bucket ? weights[index]! : 0));
    return calls.length === 0 ? 1 : 1 - over.reduce((sum, each) => sum + each, 0);
  });
}
