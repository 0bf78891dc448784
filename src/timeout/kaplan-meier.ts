/** How many calls fell into each bucket. */
export type Counts = ArrayLike<number>;

/**
 * The Kaplan-Meier estimate over buckets: `into[b]` becomes the share of calls that take longer than bucket `b`,
 * S = product of (1 - completions / at risk). A censored call is at risk up to and including its own bucket; it says
 * nothing of what comes after. Returns the share left behind the last bucket.
 * E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958).
 */
export function kaplanMeier(completed: Counts, censored: Counts | undefined, into: Float64Array): number {
  let atRisk = 0;
  for (let bucket = 0; bucket < completed.length; bucket++) atRisk += completed[bucket]!;
  if (censored) for (let bucket = 0; bucket < censored.length; bucket++) atRisk += censored[bucket]!;
  let survival = 1;
  for (let bucket = 0; bucket < completed.length; bucket++) {
    const events = completed[bucket]!;
    if (events > 0) {
      survival = events >= atRisk ? 0 : survival * (1 - events / atRisk);
      atRisk -= events;
    }
    if (censored) atRisk -= censored[bucket]!;
    into[bucket] = survival;
  }
  return survival;
}

/** The first bucket behind which at most `share` is left; -1 where that is never so. */
export function firstBucketUnder(survival: Float64Array, share: number): number {
  let [low, high] = [0, survival.length - 1];
  if (!(survival[high]! <= share)) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (survival[middle]! <= share) high = middle;
    else low = middle + 1;
  }
  return low;
}
