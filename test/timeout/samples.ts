import { BUCKETS, bucketOf } from '../../src/stats/log-linear.ts';
import type { Samples } from '../../src/timeout/estimator.ts';

/** Calls by what they took, and by how long those were waited for that are not known to have ended. */
export function samples(took: readonly number[], waited: readonly number[] = [], silent = 0): Samples {
  const [completed, censored] = [new Uint16Array(BUCKETS), new Uint16Array(BUCKETS)];
  for (const millis of took) completed[bucketOf(millis)]! += 1;
  for (const millis of waited) censored[bucketOf(millis)]! += 1;
  return { completed, censored, completions: took.length, censorings: waited.length, silent };
}

/** 1 / n, 2 / n ... of a distribution, given as what its shares take at most. */
export function evenly(count: number, quantile: (share: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => quantile((index + 0.5) / count));
}
