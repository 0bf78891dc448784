import { BUCKETS, bucketOf } from './log-linear.ts';

/**
 * A histogram's explicit upper bounds, with the bucket of a value found by one table look-up and at most one comparison
 * instead of a search: each log-linear bucket knows the explicit bucket its lower end falls into. Exact: a value equal to
 * a bound counts under it, as `le` means.
 */
export class ExplicitBounds {
  /** Ascending, distinct. */
  readonly bounds: readonly number[];
  readonly #first: Uint16Array = new Uint16Array(BUCKETS);

  constructor(bounds: readonly number[]) {
    this.bounds = [...new Set(bounds)].toSorted((a, b) => a - b);
    let low = 0;
    // A bound's own log bucket still begins under it, so only buckets after that one start beyond the bound.
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      while (low < this.bounds.length && bucketOf(this.bounds[low]!) < bucket) low++;
      this.#first[bucket] = low;
    }
  }

  /** The index of the first bound that is at least `values[at]`, whose log-linear bucket is given; `bounds.length` where none is. */
  indexOf(bucket: number, values: Float64Array, at: number): number {
    const bounds = this.bounds;
    let index = this.#first[bucket]!;
    while (index < bounds.length && values[at]! > bounds[index]!) index++;
    return index;
  }
}
