import assert from 'node:assert/strict';
import { leastBadEvents, tiersOf } from '../../src/generate/tiers.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { type ResolvedObjective, resolveObjective } from '../../src/sla/resolved-objective.ts';
import type { Duration } from '../../src/time/duration.ts';

function resolved(objective: Partial<Objective>): ResolvedObjective {
  return resolveObjective({ metric: 'availability', target: 0.999, ...objective } as Objective, { minEvents: 1 });
}

function factors(window: Duration, target = 0.999): Record<string, number> {
  return Object.fromEntries(
    tiersOf(resolved({ window, target })).map(({ name, factor }) => [name, Number(factor.toPrecision(12))]),
  );
}

describe('tiers', () => {
  // Share of the budget x window / long window: 2 % in 1 h, 5 % in 6 h, 10 % in 1 d, 10 % in 3 d. No less than 1.
  for (const [window, expected] of [
    ['7d', { fast: 3.36, medium: 1.4, slow: 1, trend: 1 }],
    ['14d', { fast: 6.72, medium: 2.8, slow: 1.4, trend: 1 }],
    ['28d', { fast: 13.44, medium: 5.6, slow: 2.8, trend: 1 }],
    ['30d', { fast: 14.4, medium: 6, slow: 3, trend: 1 }],
    ['90d', { fast: 43.2, medium: 18, slow: 9, trend: 3 }],
  ] as const)
    it(`have the factors of the SRE workbook over ${window}`, () => {
      assert.deepEqual(factors(window), expected);
    });

  it('are left out where not even a total failure reaches them', () => {
    assert.deepEqual(factors('30d', 0.9), { medium: 6, slow: 3, trend: 1 });
    assert.deepEqual(factors('90d', 0.9), { slow: 9, trend: 3 });
  });

  it('page while it is fast, and open tickets while there is time', () => {
    assert.deepEqual(
      tiersOf(resolved({})).map(({ name, severity }) => [name, severity]),
      [
        ['fast', 'page'],
        ['medium', 'page'],
        ['slow', 'ticket'],
        ['trend', 'ticket'],
      ],
    );
  });

  it('are left out where slices are longer than their short window', () => {
    const tiers = tiersOf(resolved({ slice: '10m' }));
    assert.deepEqual(
      tiers.map(({ name }) => name),
      ['medium', 'slow', 'trend'],
    );
  });

  it('tell of as few bad events as asked for, but of slices of what breaks the promise', () => {
    const least = (objective: Partial<Objective>): number[] => {
      const whole = resolved(objective);
      return tiersOf(whole).map((tier) => leastBadEvents(tier, whole, 5));
    };
    assert.deepEqual(least({}), [5, 5, 5, 5]);
    assert.deepEqual(least({ slice: '1m', target: 0.99 }), [5, 5, 5, 5]);
    // Of slices of 5 m there are 12 in an hour; burning 14.4 times 1 % is to lose 2 of them.
    assert.deepEqual(least({ slice: '5m', target: 0.99 }), [2, 5, 5, 5]);
  });
});
