import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { estimate } from '../../src/timeout/estimator.ts';
import { evenly, samples } from './samples.ts';

const RATE = 0.001;
const HOLD = 777;
const uniform = (share: number): number => 1_000 * share;
/** All take 10 ms or more, and half as many with every doubling. */
const pareto = (share: number): number => 10 / (1 - share);

function timeoutOf(...stretches: Parameters<typeof estimate>[0] extends Iterable<infer S> ? S[] : never): number {
  return estimate(stretches, RATE, HOLD).timeoutMillis;
}

function near(actual: number, expected: number, tolerance = 0.04): void {
  assert.ok(Math.abs(actual / expected - 1) <= tolerance, `${actual} is not near ${expected}`);
}

describe('estimate', () => {
  it('holds what there is under 20 completed calls', () => {
    assert.equal(timeoutOf(), HOLD);
    assert.equal(timeoutOf(samples(evenly(19, uniform))), HOLD);
    assert.equal(estimate([samples(evenly(19, uniform))], RATE, HOLD).medianMillis, undefined);
    assert.notEqual(timeoutOf(samples(evenly(20, uniform))), HOLD);
  });

  it('is the percentile where nothing is cut and there is enough', () => {
    near(timeoutOf(samples(evenly(5_000, uniform))), 999);
    near(timeoutOf(samples(evenly(5_000, pareto))), 10_000, 0.1);
    near(estimate([samples(evenly(5_000, uniform))], RATE, HOLD).medianMillis!, 500);
  });

  it('lays a tail through the ten largest where there is not enough', () => {
    near(timeoutOf(samples(evenly(1_000, pareto))), 10_000, 0.3);
    near(timeoutOf(samples(evenly(200, pareto))), 10_000, 0.4);
  });

  it('does not sink where cut calls are followed: their late ends stand for all that were cut', () => {
    const all = evenly(5_000, pareto);
    const [inTime, late] = [all.filter((each) => each <= 1_000), all.filter((each) => each > 1_000)];
    assert.equal(late.length, 50);
    const followed = late.filter((_, index) => index % 5 === 2);
    const cut = Array.from({ length: late.length - followed.length }, () => 999.9);
    near(timeoutOf(samples([...inTime, ...followed], cut)), 10_000, 0.35);
    near(timeoutOf(samples(inTime)), 910);
  });

  it('takes out the share that never completes, once three were watched in vain', () => {
    const inTime = evenly(4_500, uniform);
    const cut = Array.from({ length: 497 }, () => 1_000);
    const { timeoutMillis, stalledRatio } = estimate([samples(inTime, [...cut, 9_000, 9_000, 9_000], 3)], RATE, HOLD);
    near(timeoutMillis, 999);
    near(stalledRatio, 0.1);
  });

  it('goes no lower, and up to what is known, while it cannot tell slow from dead', () => {
    const inTime = evenly(4_500, uniform);
    const cut = Array.from({ length: 500 }, () => 1_000);
    assert.equal(estimate([samples(inTime, cut)], RATE, 2_000).timeoutMillis, 2_000);
    near(estimate([samples(inTime, cut)], RATE, 500).timeoutMillis, 1_000);
  });

  it('holds in an outage in which nothing completes', () => {
    const outage = Array.from({ length: 5_000 }, () => 500);
    assert.equal(timeoutOf(samples([], [...outage, 5_000, 5_000, 5_000], 3)), HOLD);
  });

  it('does not let the late of healthy times speak for those cut in an outage', () => {
    const healthy = samples([...evenly(4_995, uniform), 1_500, 1_600, 1_700, 1_800, 1_900]);
    const outage = samples(
      [],
      [...Array.from({ length: 3_000 }, () => 1_100), ...Array.from({ length: 20 }, () => 11_000)],
      20,
    );
    near(timeoutOf(healthy, outage), timeoutOf(healthy), 0.04);
  });

  it('gives the same for the same samples, and never NaN or less than nothing', () => {
    const stretch = fc.record({
      took: fc.array(fc.double({ min: -1, max: 1e7, noNaN: false }), { maxLength: 60 }),
      waited: fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { maxLength: 20 }),
      silent: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 4 }), (stretches) => {
        const given = stretches.map(({ took, waited, silent }) => samples(took, waited, silent));
        const first = estimate(given, RATE, HOLD);
        assert.deepEqual(estimate(given, RATE, HOLD), first);
        assert.ok(first.timeoutMillis > 0 && first.timeoutMillis < Infinity, `${first.timeoutMillis}`);
        assert.ok(first.stalledRatio >= 0 && first.stalledRatio <= 1);
      }),
      { numRuns: 1_000 },
    );
  });
});
