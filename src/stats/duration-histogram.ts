import { ExplicitBounds } from './explicit-bounds.ts';
import { bucketAt } from './log-linear.ts';

/** What a {@link DurationHistogram} holds: `counts` has one more than `boundsMillis`, for what lies over the last bound. */
export interface DurationCounts {
  readonly boundsMillis: readonly number[];
  readonly counts: readonly number[];
  readonly count: number;
  readonly sumMillis: number;
}

/** The usual bounds of the semantic conventions' request durations, and two under them for waits and quick calls. */
const BOUNDS = new ExplicitBounds([0.5, 1, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]);

const LEAST = BOUNDS.bounds[0]!;

/** A cumulative histogram of milliseconds with explicit bounds. Recording allocates nothing. */
export class DurationHistogram {
  readonly #counts: Float64Array = new Float64Array(BOUNDS.bounds.length + 1);
  /** The value at hand, and the sum of all. */
  readonly #values: Float64Array = new Float64Array(2);

  record(millis: number): void {
    const values = this.#values;
    // Most are quick and need no table; a clock may differ by less than nothing, or by NaN.
    if (!(millis > LEAST)) {
      this.#counts[0]!++;
      if (millis > 0) values[1]! += millis;
      return;
    }
    values[0] = millis;
    values[1]! += millis;
    this.#counts[BOUNDS.indexOf(bucketAt(values, 0), values, 0)]!++;
  }

  read(): DurationCounts {
    const counts = [...this.#counts];
    return {
      boundsMillis: BOUNDS.bounds,
      counts,
      count: counts.reduce((sum, each) => sum + each, 0),
      sumMillis: this.#values[1]!,
    };
  }
}
