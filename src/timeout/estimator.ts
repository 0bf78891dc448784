import { BUCKETS, lowerBound } from '../stats/log-linear.ts';
import { type Counts, firstBucketUnder, kaplanMeier } from './kaplan-meier.ts';
import { tailQuantile } from './tail.ts';

/** Completed calls under which nothing is learned. */
export const FEWEST = 20;
/** Calls watched in vain from which on the rest of the curve is taken for calls that never complete. */
const FEWEST_SILENT = 3;

/** What was seen of an operation's calls, by log-linear bucket of milliseconds. */
export interface Samples {
  readonly completed: Counts;
  readonly censored: Counts;
  /** How many completed. */
  readonly completions: number;
  /** How many were watched to their horizon in vain. */
  readonly silent: number;
}

/** What they say. */
export interface Estimate {
  readonly timeoutMillis: number;
  /** Of the calls that complete; `undefined` under 20. */
  readonly medianMillis: number | undefined;
  /** The share of calls that never complete. */
  readonly stalledRatio: number;
}

const survival = new Float64Array(BUCKETS);

/**
 * The timeout that cuts `rate` of the calls that would have completed. Pure: the same samples give the same answer.
 *
 * @param holdMillis - the present timeout, kept where the samples do not tell.
 */
export function estimate(samples: Samples, rate: number, holdMillis: number): Estimate {
  const { completed, censored, completions, silent } = samples;
  const left = completions < FEWEST ? 1 : kaplanMeier(completed, censored, survival);
  if (left >= 1) return { timeoutMillis: holdMillis, medianMillis: undefined, stalledRatio: 0 };
  const known = silent >= FEWEST_SILENT || left <= rate;
  // What may be slow or dead counts as slow until watching has told.
  const stalledRatio = silent >= FEWEST_SILENT ? left : 0;
  if (stalledRatio > 0) condition(stalledRatio);
  const medianBucket = firstBucketUnder(survival, 0.5);
  const medianMillis = medianBucket < 0 ? undefined : upperBound(medianBucket);
  const timeoutMillis = known
    ? (quantile(samples, rate) ?? holdMillis)
    : Math.max(holdMillis, upperBound(largest(completed)));
  return { timeoutMillis, medianMillis, stalledRatio };
}

/** Leaves in the curve only calls that complete. */
function condition(stalledRatio: number): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    survival[bucket] = Math.max(0, survival[bucket]! - stalledRatio) / (1 - stalledRatio);
}

function quantile({ completed, completions }: Samples, rate: number): number | undefined {
  if (completions < 3 / rate) return tailQuantile(completed, survival, rate);
  return upperBound(firstBucketUnder(survival, rate));
}

function largest(completed: Counts): number {
  let bucket = completed.length - 1;
  while (bucket > 0 && completed[bucket] === 0) bucket--;
  return bucket;
}

function upperBound(bucket: number): number {
  return lowerBound(bucket + 1);
}
