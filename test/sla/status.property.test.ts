import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { remainingRatio } from '../../src/sla/burn-rate.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { resolveObjective } from '../../src/sla/resolved-objective.ts';
import { nextStatus } from '../../src/sla/status.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

/** An objective and its error budget as an exact fraction. */
type Exact = readonly [objective: Objective, allowed: number, of: number];

const RATIOS: Exact[] = [
  ...[
    [0.9, 1, 10],
    [0.95, 5, 100],
    [0.99, 1, 100],
    [0.995, 5, 1_000],
    [0.999, 1, 1_000],
    [0.9999, 1, 10_000],
    [0.99999, 1, 100_000],
    [0.9999999, 1, 10_000_000],
    [0.3, 7, 10],
    [0.57, 43, 100],
  ].map(([target, allowed, of]): Exact => [{ metric: 'availability', target: target! }, allowed!, of!]),
  ...[
    [0.07, 7, 100],
    [0.43, 43, 100],
    [0.1, 1, 10],
    [0.001, 1, 1_000],
    [1e-7, 1, 10_000_000],
    [0.29, 29, 100],
  ].map(([target, allowed, of]): Exact => [{ metric: 'error_rate', target: target! }, allowed!, of!]),
  [{ metric: 'response_time', target: '300ms' }, 5, 100],
  [{ metric: 'response_time', target: '300ms', percentile: 0.99 }, 1, 100],
];

/** Events, of which so many are bad as the budget allows, give or take one. */
const edge = (exact: fc.Arbitrary<Exact>, most: number): fc.Arbitrary<[exact: Exact, events: number, bad: number]> =>
  fc
    .tuple(exact, fc.integer({ min: 1, max: most }), fc.integer({ min: -1, max: 2 }), fc.boolean())
    .map(([of, number, off, whole]) => {
      const [, allowed, share] = of;
      const events = whole && number >= share ? number - (number % share) : number;
      const bad = Number((BigInt(events) * BigInt(allowed)) / BigInt(share)) + off;
      return [of, events, Math.min(events, Math.max(0, bad))];
    });

describe('the verdict at the edge of the budget', () => {
  it('is breached exactly where there are more bad events than the budget allows, in whole numbers', () => {
    fc.assert(
      fc.property(edge(fc.constantFrom(...RATIOS), 2 ** 32 - 1), ([[objective, allowed, of], events, bad]) => {
        const { budgetRatio } = resolveObjective(objective, { minEvents: 1 });
        const remaining = remainingRatio({ good: events - bad, bad }, budgetRatio);
        const standing = { events, minEvents: 1, remainingRatio: remaining, pairs: [], burnRate: () => null };
        const overspent = BigInt(bad) * BigInt(of) > BigInt(allowed) * BigInt(events);
        assert.equal(nextStatus('met', false, standing), overspent ? 'breached' : 'met');
      }),
      { numRuns: 5_000 },
    );
  });

  it('is told by a tracker on the very event that goes beyond it', () => {
    fc.assert(
      fc.property(edge(fc.constantFrom(...RATIOS), 300), fc.nat(), ([[objective, allowed, of], events, bad], seed) => {
        const driven = new DrivenTracker({ objectives: [{ ...objective, name: 'edge', service: 'shop' }] });
        let [sent, failed] = [0, 0];
        let expected = 0;
        while (sent < events) {
          // Bad ones are spread among the good ones, differently each time, and good ones go first.
          const fails = sent >= events - bad + failed || (failed < bad && (sent * 7919 + seed) % 5 === 0 && sent > of);
          if (fails) driven.fail(1);
          else driven.send(1);
          sent++;
          if (fails) failed++;
          if (failed * of > allowed * sent) expected = 1;
          if (fails) assert.equal(driven.told.length, expected, `${failed} bad of ${sent}`);
        }
        const { status } = driven.objective('edge');
        assert.equal(status === 'breached', failed * of > allowed * sent);
      }),
      { numRuns: 300 },
    );
  });
});
