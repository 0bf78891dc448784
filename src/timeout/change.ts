import { type Counts, kaplanMeier } from './kaplan-meier.ts';

const one = { survival: new Float64Array(0), left: 0 };
const other = { survival: new Float64Array(0), left: 0 };

/**
 * The Kolmogorov-Smirnov distance of two samples, each of the calls that complete: the largest difference of the shares
 * that completed within the same time. Signed: above 0 where the first sample is the slower one there.
 */
export function change(
  completed: Counts,
  censored: Counts | undefined,
  than: Counts,
  thanCensored: Counts | undefined,
): number {
  curve(one, completed, censored);
  curve(other, than, thanCensored);
  let largest = 0;
  for (let bucket = 0; bucket < completed.length; bucket++) {
    const difference = share(one, bucket) - share(other, bucket);
    if (Math.abs(difference) > Math.abs(largest)) largest = difference;
  }
  return largest;
}

function curve(into: typeof one, completed: Counts, censored: Counts | undefined): void {
  if (into.survival.length !== completed.length) into.survival = new Float64Array(completed.length);
  into.left = kaplanMeier(completed, censored, into.survival);
}

/** Of those that complete, the share that takes longer. */
function share({ survival, left }: typeof one, bucket: number): number {
  return left < 1 ? (survival[bucket]! - left) / (1 - left) : 1;
}
