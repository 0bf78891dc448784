/**
 * Log-linear buckets over positive numbers: every power of two is cut into 32 equal parts, so a bucket's midpoint is
 * within 1.6 % of whatever fell into it. The index is read off the float64's exponent and top five mantissa bits: no
 * logarithm, no search. Covers 2^-10 to 2^22 (in milliseconds: one microsecond to seventy minutes).
 * The idea is that of HdrHistogram (G. Tene) and of the OpenTelemetry exponential histogram with a linear mantissa.
 */
const SUB_BITS = 5;
const LOWEST_EXPONENT = -10;
const OCTAVES = 32;
const SHIFT = 20 - SUB_BITS;
const BASE = (1023 + LOWEST_EXPONENT) << SUB_BITS;
const LOWEST = 2 ** LOWEST_EXPONENT;

/** How many buckets there are. */
export const BUCKETS: number = OCTAVES << SUB_BITS;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
number[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;

/** The bucket of a value; what is under the range, zero, negative or NaN goes to the first, what is over it to the last. */
export function bucketOf(value: number): number {
  number[0] = value;
  return bucketAt(number, 0);
}

/** The bucket of `values[at]`. A number that stays in its array is not boxed on the way. */
export function bucketAt(values: Float64Array, at: number): number {
  if (!(values[at]! >= LOWEST)) return 0;
  number[0] = values[at]!;
  const index = (words[HIGH]! >>> SHIFT) - BASE;
  return index < BUCKETS ? index : BUCKETS - 1;
}

/** The smallest value that falls into a bucket. */
export function lowerBound(bucket: number): number {
  const octave = bucket >>> SUB_BITS;
  const part = bucket & ((1 << SUB_BITS) - 1);
  return 2 ** (octave + LOWEST_EXPONENT) * (1 + part / (1 << SUB_BITS));
}

/** The value that stands for a bucket. */
export function midpoint(bucket: number): number {
  return (lowerBound(bucket) + lowerBound(bucket + 1)) / 2;
}
