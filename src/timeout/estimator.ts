import { BUCKETS, lowerBound } from '../stats/log-linear.ts';
import { type Counts, firstBucketUnder, kaplanMeier } from './kaplan-meier.ts';
import { tailQuantile } from './tail.ts';

/** Completed calls under which nothing is learned. */
const FEWEST = 20;
/** Calls watched in vain from which on the rest of the curve is taken for calls that never complete. */
const FEWEST_SILENT = 3;

/** What was seen of an operation's calls in a stretch of time, by log-linear bucket of milliseconds. */
export interface Samples {
  readonly completed: Counts;
  readonly censored: Counts | undefined;
  readonly completions: number;
  readonly censorings: number;
  /** How many of the censored were watched to their horizon in vain. */
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

const completed = new Float64Array(BUCKETS);
const survival = new Float64Array(BUCKETS);
const curve = new Float64Array(BUCKETS);

/**
 * The timeout that cuts `rate` of the calls that would have completed. Pure: the same samples give the same answer.
 *
 * Each stretch of time has a curve of its own, and they are averaged by calls: the few that were watched stand for those
 * cut at the same time, and not for those of an outage before or after.
 *
 * @param holdMillis - the present timeout, kept where the samples do not tell.
 */
export function estimate(stretches: Iterable<Samples>, rate: number, holdMillis: number): Estimate {
  const { completions, silent, left } = average(stretches);
  // What may be slow or dead counts as slow until watching has told.
  const watched = silent >= FEWEST_SILENT;
  const stalledRatio = watched ? left : 0;
  if (completions < FEWEST || left >= 1) return { timeoutMillis: holdMillis, medianMillis: undefined, stalledRatio };
  if (stalledRatio > 0) condition(stalledRatio);
  const timeoutMillis =
    watched || left <= rate
      ? (quantile(completions, rate) ?? holdMillis)
      : Math.max(holdMillis, upperBound(largest(completed)));
  const medianBucket = firstBucketUnder(survival, 0.5);
  return {
    timeoutMillis,
    medianMillis: medianBucket < 0 ? undefined : upperBound(medianBucket),
    stalledRatio,
  };
}

function average(stretches: Iterable<Samples>): { completions: number; silent: number; left: number } {
  completed.fill(0);
  survival.fill(0);
  let [calls, completions, silent, left] = [0, 0, 0, 0];
  for (const each of stretches) {
    const weight = each.completions + each.censorings;
    if (weight === 0) continue;
    left += weight * kaplanMeier(each.completed, each.censored, curve);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      completed[bucket]! += each.completed[bucket]!;
      survival[bucket]! += weight * curve[bucket]!;
    }
    calls += weight;
    completions += each.completions;
    silent += each.silent;
  }
  if (calls === 0) return { completions, silent, left };
  for (let bucket = 0; bucket < BUCKETS; bucket++) survival[bucket]! /= calls;
  return { completions, silent, left: left / calls };
}

/** Leaves in the curve only calls that complete. */
function condition(stalledRatio: number): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    survival[bucket] = Math.max(0, survival[bucket]! - stalledRatio) / (1 - stalledRatio);
}

function quantile(completions: number, rate: number): number | undefined {
  if (completions < 3 / rate) return tailQuantile(completed, survival, rate);
  return upperBound(firstBucketUnder(survival, rate));
}

function largest(counts: Counts): number {
  let bucket = counts.length - 1;
  while (bucket > 0 && counts[bucket] === 0) bucket--;
  return bucket;
}

function upperBound(bucket: number): number {
  return lowerBound(bucket + 1);
}
