import assert from 'node:assert/strict';
import { burnPairs, burnRate, exhaustedInMillis, remainingRatio } from '../../src/sla/burn-rate.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Pairs as `long/short > factor`, to the precision of the printed factors. */
function shown(pairs: readonly { longMillis: number; shortMillis: number; factor: number }[]): string[] {
  return pairs.map(
    ({ longMillis, shortMillis, factor }) =>
      `${longMillis / HOUR}h/${shortMillis / MINUTE}m > ${Number(factor.toFixed(4))}`,
  );
}

describe('a burn rate', () => {
  it('is 1 where the share of bad events equals the budget', () => {
    assert.equal(burnRate({ good: 999, bad: 1 }, 0.001), 1);
    assert.equal(burnRate({ good: 90, bad: 10 }, 0.1), 1);
  });

  it('is a thousand where everything fails against a target of 99.9 %', () => {
    assert.equal(burnRate({ good: 0, bad: 7 }, 0.001), 1_000);
  });

  it('is 0 without a bad event, and unknown without any', () => {
    assert.equal(burnRate({ good: 1, bad: 0 }, 0.001), 0);
    assert.equal(burnRate({ good: 0, bad: 0 }, 0.001), null);
  });
});

describe('the remaining error budget', () => {
  it('is whole without a bad event, half with half of them spent, nothing with all of them spent', () => {
    assert.equal(remainingRatio({ good: 1_000, bad: 0 }, 0.01), 1);
    assert.equal(remainingRatio({ good: 995, bad: 5 }, 0.01), 0.5);
    assert.equal(remainingRatio({ good: 990, bad: 10 }, 0.01), 0);
  });

  it('is negative when overspent, however far', () => {
    assert.equal(remainingRatio({ good: 970, bad: 30 }, 0.01), -2);
    assert.equal(remainingRatio({ good: 0, bad: 1 }, 0.001), -999);
  });

  it('is unknown without events', () => {
    assert.equal(remainingRatio({ good: 0, bad: 0 }, 0.01), null);
  });

  it('weighs by events: a quiet hour of failures hardly touches the budget of a busy one', () => {
    const busy = { good: 9_990, bad: 0 };
    const quiet = { good: 0, bad: 10 };
    const both = { good: busy.good + quiet.good, bad: busy.bad + quiet.bad };
    assert.equal(remainingRatio(both, 0.01)?.toFixed(9), '0.900000000');
    const mean = (remainingRatio(busy, 0.01)! + remainingRatio(quiet, 0.01)!) / 2;
    assert.equal(mean, -49);
  });
});

describe('the time until the budget is exhausted', () => {
  // The Site Reliability Workbook, chapter 5: "Burn rates and time to complete budget exhaustion".
  for (const [rate, expected] of [
    [1, 30 * DAY],
    [2, 15 * DAY],
    [10, 3 * DAY],
    [1_000, 43.2 * MINUTE],
  ] as const)
    it(`is ${expected / HOUR} h at a burn rate of ${rate} with the whole budget of 30 d in hand`, () => {
      assert.equal(exhaustedInMillis(1, 30 * DAY, rate), expected);
    });

  it('shrinks with what remains', () => {
    assert.equal(exhaustedInMillis(0.5, 30 * DAY, 10), 1.5 * DAY);
    assert.equal(exhaustedInMillis(0.25, 7 * DAY, 1), 1.75 * DAY);
  });

  it('is unknown when nothing burns or nothing is known', () => {
    assert.equal(exhaustedInMillis(1, 30 * DAY, 0), null);
    assert.equal(exhaustedInMillis(1, 30 * DAY, null), null);
    assert.equal(exhaustedInMillis(null, 30 * DAY, 5), null);
  });

  it('is 0 when nothing remains, also when nothing burns any more', () => {
    assert.equal(exhaustedInMillis(0, 30 * DAY, 5), 0);
    assert.equal(exhaustedInMillis(-3, 30 * DAY, 5), 0);
    assert.equal(exhaustedInMillis(-3, 30 * DAY, 0), 0);
    assert.equal(exhaustedInMillis(-3, 30 * DAY, null), 0);
  });
});

describe('the burn-rate pairs', () => {
  // The Site Reliability Workbook, chapter 5: parameters for a window of 30 d.
  it('are 14.4, 6, 3 and 1 for 30 d', () => {
    const { pairs, raised, dropped } = burnPairs(30 * DAY, 0.001);
    assert.deepEqual(shown(pairs), ['1h/5m > 14.4', '6h/30m > 6', '24h/120m > 3', '72h/360m > 1']);
    assert.deepEqual([raised, dropped], [[], []]);
  });

  for (const [days, factors, raised] of [
    [7, [3.36, 1.4, 1, 1], ['24h/120m > 0.7', '72h/360m > 0.2333']],
    [14, [6.72, 2.8, 1.4, 1], ['72h/360m > 0.4667']],
    [28, [13.44, 5.6, 2.8, 1], ['72h/360m > 0.9333']],
    [90, [43.2, 18, 9, 3], []],
  ] as const)
    it(`scale with the window: ${factors.join(', ')} for ${days} d`, () => {
      const scaled = burnPairs(days * DAY, 0.001);
      assert.deepEqual(
        scaled.pairs.map(({ factor }) => Number(factor.toFixed(4))),
        factors,
      );
      assert.deepEqual(shown(scaled.raised), raised);
      assert.deepEqual(scaled.dropped, []);
    });

  for (const [target, kept, dropped] of [
    [0.99, 4, []],
    [0.95, 4, []],
    [0.93, 3, ['1h/5m > 14.4']],
    [0.9, 3, ['1h/5m > 14.4']],
    [0.8, 2, ['1h/5m > 14.4', '6h/30m > 6']],
    [0.5, 1, ['1h/5m > 14.4', '6h/30m > 6', '24h/120m > 3']],
  ] as const)
    it(`are ${kept} for a target of ${target} over 30 d, for total failure burns no faster than ${Math.round(1 / (1 - target))}`, () => {
      const { pairs, ...rest } = burnPairs(30 * DAY, 1 - target);
      assert.equal(pairs.length, kept);
      assert.deepEqual(shown(rest.dropped), dropped);
    });

  it('leave out one that total failure reaches but does not exceed', () => {
    assert.deepEqual(shown(burnPairs(30 * DAY, 1 / 6).dropped), ['1h/5m > 14.4', '6h/30m > 6']);
  });

  it('leave out, without a word, those whose short window is longer than the objective has', () => {
    for (const [window, left] of [
      [6 * HOUR, 4],
      [2 * HOUR, 3],
      [30 * MINUTE, 2],
      [5 * MINUTE, 1],
      [4 * MINUTE, 0],
    ] as const) {
      const { pairs, dropped } = burnPairs(window, 0.001);
      assert.deepEqual([pairs.length, dropped], [left, []]);
      assert.ok(pairs.every(({ factor }) => factor === 1));
    }
  });
});
