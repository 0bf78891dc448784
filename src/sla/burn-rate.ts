/**
 * Error budgets and burn rates, as functions of numbers.
 *
 * A burn rate is how many times faster than sustainable the error budget is being spent: 1 spends exactly the whole budget
 * over the objective's window. Source: B. Beyer et al., The Site Reliability Workbook, chapter 5 "Alerting on SLOs".
 */
import type { Counts } from '../stats/tiered-counts.ts';

const HOUR = 3_600_000;

/** A long and a short window that both must burn faster than `factor` for an objective to be at risk. */
export interface BurnPair {
  readonly longMillis: number;
  readonly shortMillis: number;
  readonly factor: number;
}

/** The multi-window pairs with the share of the budget whose loss within the long window each of them reports. */
const PAIRS = [
  { longMillis: HOUR, shortMillis: HOUR / 12, share: 0.02 },
  { longMillis: 6 * HOUR, shortMillis: HOUR / 2, share: 0.05 },
  { longMillis: 24 * HOUR, shortMillis: 2 * HOUR, share: 0.1 },
  { longMillis: 72 * HOUR, shortMillis: 6 * HOUR, share: 0.1 },
] as const;

/** The share of bad events; `null` without events. */
function badRatio({ good, bad }: Counts): number | null {
  return good + bad === 0 ? null : bad / (good + bad);
}

/** badRatio / budgetRatio; `null` without events. */
export function burnRate(counts: Counts, budgetRatio: number): number | null {
  const ratio = badRatio(counts);
  return ratio === null ? null : ratio / budgetRatio;
}

/** The burn rates of windows, each read once. */
export function burnRates(
  read: (windowMillis: number) => Counts,
  budgetRatio: number,
): (windowMillis: number) => number | null {
  const known = new Map<number, number | null>();
  return (windowMillis) => {
    let rate = known.get(windowMillis);
    if (rate === undefined) known.set(windowMillis, (rate = burnRate(read(windowMillis), budgetRatio)));
    return rate;
  };
}

/** 1 - burnRate over the objective's window; under 0 when more than the budget is spent, `null` without events. */
export function remainingRatio(window: Counts, budgetRatio: number): number | null {
  const rate = burnRate(window, budgetRatio);
  return rate === null ? null : 1 - rate;
}

/** When the budget ends at the present rate: remaining x window / rate. `null` when it does not burn, 0 when nothing remains. */
export function exhaustedInMillis(
  remaining: number | null,
  windowMillis: number,
  hourlyRate: number | null,
): number | null {
  if (remaining === null) return null;
  if (remaining <= 0) return 0;
  return hourlyRate === null || hourlyRate === 0 ? null : (remaining * windowMillis) / hourlyRate;
}

/**
 * The same in a period that began with an untouched budget, where every event so far was in the `observedMillis` of it that
 * were observed: what remains shrinks to nothing when those with the last hour's rate come on top of them at the same pace,
 * so observed x remaining / (rate - 1). `null` where the budget lasts for the `leftMillis` of the period.
 */
export function exhaustedInPeriodMillis(
  remaining: number | null,
  hourlyRate: number | null,
  { observedMillis, leftMillis }: { observedMillis: number; leftMillis: number },
): number | null {
  if (remaining === null) return null;
  if (remaining <= 0) return 0;
  if (hourlyRate === null || hourlyRate <= 1) return null;
  const millis = (observedMillis * remaining) / (hourlyRate - 1);
  return millis < leftMillis ? millis : null;
}

/**
 * The pairs that can tell something about an objective. factor = share x window / long window; a factor under 1 would
 * fire while on course and is raised to 1; a pair that even a total failure cannot reach (factor x budget >= 1) is dropped.
 * A pair whose short window is longer than the objective's does not apply: it would tell of events that count no more.
 */
export function burnPairs(
  windowMillis: number,
  budgetRatio: number,
): { pairs: BurnPair[]; raised: BurnPair[]; dropped: BurnPair[] } {
  const all = PAIRS.filter((pair) => pair.shortMillis <= windowMillis).map(({ share, ...pair }) => ({
    ...pair,
    factor: (share * windowMillis) / pair.longMillis,
  }));
  const raised = all.filter((pair) => pair.factor < 1);
  const usable = all.map((pair) => ({ ...pair, factor: Math.max(1, pair.factor) }));
  const reachable = (pair: BurnPair): boolean => pair.factor * budgetRatio < 1;
  return { pairs: usable.filter(reachable), raised, dropped: usable.filter((pair) => !reachable(pair)) };
}
