import type { BurnPair } from '../sla/burn-rate.ts';
import type { ResolvedObjective } from '../sla/resolved-objective.ts';
import { formatDuration } from '../time/duration.ts';

const HOUR = 3_600_000;

export type TierName = 'fast' | 'medium' | 'slow' | 'trend';
export type Severity = 'page' | 'ticket';

/** A pair of windows that alerts are made of. */
export interface Tier extends BurnPair {
  readonly name: TierName;
  readonly severity: Severity;
}

const BY_LONG_WINDOW: ReadonlyMap<number, { readonly name: TierName; readonly severity: Severity }> = new Map([
  [HOUR, { name: 'fast', severity: 'page' }],
  [6 * HOUR, { name: 'medium', severity: 'page' }],
  [24 * HOUR, { name: 'slow', severity: 'ticket' }],
  [72 * HOUR, { name: 'trend', severity: 'ticket' }],
]);

/** The names of all tiers, the fastest first. */
export const TIER_NAMES: readonly TierName[] = [...BY_LONG_WINDOW.values()].map(({ name }) => name);

/** An objective's pairs that can tell something, fastest first, each with what it is called. */
export function tiersOf({ pairs, slice }: Pick<ResolvedObjective, 'pairs' | 'slice'>): readonly Tier[] {
  return pairs
    .filter(({ shortMillis }) => slice === undefined || slice.millis <= shortMillis)
    .map((pair) => {
      const tier = BY_LONG_WINDOW.get(pair.longMillis);
      if (tier === undefined) throw new RangeError(`no tier for a window of ${formatDuration(pair.longMillis)}`);
      return { ...pair, ...tier };
    });
}

/** The least bad events in the long window that a tier tells of. */
export function leastBadEvents(tier: Tier, objective: ResolvedObjective, minBadEvents: number): number {
  if (objective.slice === undefined) return minBadEvents;
  // Of slices there are only so many: what breaks the promise of one instance must do.
  const slices = tier.longMillis / objective.slice.millis;
  return Math.min(minBadEvents, Math.max(1, Math.ceil(tier.factor * objective.budgetRatio * slices)));
}
