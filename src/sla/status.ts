import type { BurnPair } from './burn-rate.ts';

/** How an objective, or a service with several, stands. Without enough events it is `no_data`, never `met`. */
export type SlaStatus = 'met' | 'at_risk' | 'breached' | 'no_data';

/** What a verdict rests on. */
export interface Standing {
  /** Good and bad events in the objective's window. */
  readonly events: number;
  readonly minEvents: number;
  /** The share of the error budget that is left in the window; under 0 when overspent. */
  readonly remainingRatio: number | null;
  readonly pairs: readonly BurnPair[];
  /** The burn rate over a window; `null` without events. */
  readonly burnRate: (windowMillis: number) => number | null;
}

/** After a breach the objective counts as met again only with this share of the budget in hand. */
const RECOVERED_RATIO = 0.05;
/**
 * Floating point must not turn a budget spent to the last event into a breach: so much is nothing. One event too many of
 * as many as a window can hold is more.
 */
export const ROUNDING: number = 1e-12;
/** Once at risk, a pair has to burn slower than this share of its factor to be quiet. */
const CALM_RATIO = 0.9;

/**
 * The next status. `inEpisode` says that a breach has happened since the objective was last met: it is then `at_risk`,
 * not `met`, until a twentieth of the budget is back, so that an objective on its edge does not flap.
 */
export function nextStatus(previous: SlaStatus, inEpisode: boolean, standing: Standing): SlaStatus {
  const { remainingRatio } = standing;
  if (remainingRatio === null || standing.events < standing.minEvents) return 'no_data';
  if (remainingRatio < -ROUNDING) return 'breached';
  if (inEpisode && remainingRatio < RECOVERED_RATIO) return 'at_risk';
  const share = previous === 'at_risk' ? CALM_RATIO : 1;
  const burns = (pair: BurnPair): boolean =>
    (standing.burnRate(pair.shortMillis) ?? 0) > pair.factor * share * (1 + ROUNDING) &&
    (standing.burnRate(pair.longMillis) ?? 0) > pair.factor * share * (1 + ROUNDING);
  return standing.pairs.some(burns) ? 'at_risk' : 'met';
}

/** Every status, the worst last. */
export const STATUSES: readonly SlaStatus[] = ['no_data', 'met', 'at_risk', 'breached'];

/** The worst of several; `no_data` only where nothing better is known. */
export function worstStatus(statuses: Iterable<SlaStatus>): SlaStatus {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, STATUSES.indexOf(status));
  return STATUSES[worst]!;
}
