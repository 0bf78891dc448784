import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  burnPairs,
  burnRate,
  exhaustedInMillis,
  exhaustedInPeriodMillis,
  remainingRatio,
} from '../../src/sla/burn-rate.ts';

const counts = fc.record({ good: fc.nat({ max: 2 ** 32 - 1 }), bad: fc.nat({ max: 2 ** 32 - 1 }) });
const budget = fc.double({ min: 1e-9, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });
const windowMillis = fc.integer({ min: 5_000, max: 366 * 86_400_000 });

describe('burn rates of any counts', () => {
  it('are as many budgets as the share of bad events makes, and leave what is over', () => {
    fc.assert(
      fc.property(counts, budget, (events, ratio) => {
        const [rate, remaining] = [burnRate(events, ratio), remainingRatio(events, ratio)];
        if (events.good + events.bad === 0) return assert.deepEqual([rate, remaining], [null, null]);
        assert.ok(rate! >= 0 && rate! <= (1 / ratio) * (1 + 1e-12));
        assert.ok(Math.abs(rate! * ratio * (events.good + events.bad) - events.bad) <= 1e-6 * (events.bad + 1));
        assert.equal(remaining, 1 - rate!);
      }),
    );
  });

  it('never tell of an end in the past, and of an end only where the budget burns', () => {
    fc.assert(
      fc.property(counts, counts, budget, windowMillis, (window, lately, ratio, millis) => {
        const rate = burnRate(lately, ratio);
        const end = exhaustedInMillis(remainingRatio(window, ratio), millis, rate);
        if (end === null) assert.ok(window.good + window.bad === 0 || rate === null || rate === 0);
        else assert.ok(end >= 0 && end < Infinity);
      }),
    );
  });
});

describe('the end of a budget within a period', () => {
  const HOUR = 3_600_000;

  it('is when nothing remains if all goes on as in the last hour, or not within the period', () => {
    const badRatio = fc.double({ min: 0, max: 1, noNaN: true });
    const hours = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(hours, hours, badRatio, badRatio, budget, (past, left, before, lately, ratio) => {
        // The pace stays: what differs is the share of bad ones.
        const after = (more: number): number =>
          remainingRatio(
            { good: past * (1 - before) + more * (1 - lately), bad: past * before + more * lately },
            ratio,
          )!;
        const rate = burnRate({ good: 1 - lately, bad: lately }, ratio)!;
        const millis = exhaustedInPeriodMillis(after(0), rate, {
          observedMillis: past * HOUR,
          leftMillis: left * HOUR,
        });
        const nothing = 1e-9 * (1 + 1 / ratio);
        if (millis === null) assert.ok(after(left) > -nothing);
        else if (millis === 0) assert.ok(after(0) <= 0);
        else {
          assert.ok(millis < left * HOUR);
          assert.ok(Math.abs(after(millis / HOUR)) < nothing);
        }
      }),
    );
  });
});

describe('burn-rate pairs of any window and budget', () => {
  it('can fire, would not fire while on course, and account for all four with what was left out', () => {
    fc.assert(
      fc.property(windowMillis, budget, (millis, ratio) => {
        const { pairs, raised, dropped } = burnPairs(millis, ratio);
        for (const { factor } of pairs) assert.ok(factor >= 1 && factor * ratio < 1);
        for (const { factor } of dropped) assert.ok(factor * ratio >= 1);
        for (const { factor } of raised) assert.ok(factor < 1);
        const fitting = [5, 30, 120, 360].filter((minutes) => minutes * 60_000 <= millis);
        assert.equal(pairs.length + dropped.length, fitting.length);
      }),
    );
  });
});
