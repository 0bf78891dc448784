import assert from 'node:assert/strict';
import { remainingRatio } from '../../src/sla/burn-rate.ts';
import { resolveObjective } from '../../src/sla/resolved-objective.ts';
import { nextStatus } from '../../src/sla/status.ts';

describe('one bad event too many of hundreds of millions', () => {
  it('is a breach', () => {
    const { budgetRatio } = resolveObjective({ metric: 'availability', target: 0.57 }, { minEvents: 1 });
    const [events, bad] = [299_179_065, 128_646_998];
    const statusWith = (remaining: number | null): string =>
      nextStatus('met', false, { events, minEvents: 1, remainingRatio: remaining, pairs: [], burnRate: () => null });
    assert.equal(statusWith(remainingRatio({ good: events - bad, bad }, budgetRatio)), 'breached');
    assert.equal(statusWith(remainingRatio({ good: events - bad + 1, bad: bad - 1 }, budgetRatio)), 'met');
  });
});

describe('the budget of a target with many nines', () => {
  it('is what the decimals say', () => {
    for (const [target, budget] of [
      [0.9999999, 1e-7],
      [0.999999999, 1e-9],
      [0.99, 0.01],
      [0.5, 0.5],
    ] as const)
      assert.equal(resolveObjective({ metric: 'availability', target }, { minEvents: 1 }).budgetRatio, budget);
  });
});
