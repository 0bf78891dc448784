import { midpoint } from '../stats/log-linear.ts';
import type { Counts } from './kaplan-meier.ts';

/** How many of the largest values the tail is read from. */
const TAIL = 10;

/**
 * The value exceeded with probability `share`, where that is rarer than what was seen: a Pareto tail is laid through the
 * ten largest completed values, u x (S(u) / share)^g with u the tenth largest. g is Hill's estimate, the mean logarithm
 * of the excess over u, taken over the survival curve so that censored calls weigh what they should.
 * I. Weissman, Estimation of parameters and large quantiles based on the k largest observations, JASA 73 (1978).
 *
 * @param survival - the share that takes longer than each bucket, of those that complete; ends at 0.
 * @returns `undefined` under ten values.
 */
export function tailQuantile(completed: Counts, survival: Counts, share: number): number | undefined {
  let anchor = completed.length;
  let events = 0;
  while (anchor > 0 && events < TAIL) events += completed[--anchor]!;
  if (events < TAIL) return undefined;
  const base = midpoint(anchor);
  const behind = survival[anchor]!;
  if (behind <= share) return base;
  let excess = 0;
  for (let bucket = anchor + 1; bucket < completed.length; bucket++) {
    const mass = survival[bucket - 1]! - survival[bucket]!;
    if (mass > 0) excess += mass * Math.log(midpoint(bucket) / base);
  }
  return base * (behind / share) ** (excess / behind);
}
