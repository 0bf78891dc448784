/**
 * Judges throughput slice by slice: a slice is good when at least `leastRequests` ended in it, bad otherwise, also when
 * nothing came. It is judged once, when time is known to have passed its end; what ends late in a judged slice does not
 * change the verdict. The first slice is skipped unless it was seen from its beginning.
 */
export class ThroughputSlices {
  readonly #millis: number;
  readonly #leastRequests: number;
  /** How many slices are caught up with at most, after an idle time: no window reaches back further. */
  readonly #most: number;
  /** The slice being filled, and its requests. */
  #slice: number;
  #requests = 0;

  constructor(
    slice: { readonly millis: number; readonly leastRequests: number },
    reachMillis: number,
    sinceMillis: number,
  ) {
    this.#millis = slice.millis;
    this.#leastRequests = slice.leastRequests;
    this.#most = Math.ceil(reachMillis / slice.millis);
    this.#slice = Math.ceil(sinceMillis / slice.millis);
  }

  /** Counts a request that ended at `atMillis`, whatever became of it; earlier slices are judged first. */
  add(atMillis: number, _isGood: boolean, judged: (endMillis: number, good: boolean) => void): void {
    this.settle(atMillis, judged);
    if (Math.floor(atMillis / this.#millis) === this.#slice) this.#requests++;
  }

  /** Judges every slice that ended by `nowMillis`. */
  settle(nowMillis: number, judged: (endMillis: number, good: boolean) => void): void {
    const present = Math.floor(nowMillis / this.#millis);
    const filled = this.#slice;
    if (present <= filled) return;
    judged((filled + 1) * this.#millis, this.#requests >= this.#leastRequests);
    for (let slice = Math.max(filled + 1, present - this.#most); slice < present; slice++)
      judged((slice + 1) * this.#millis, false);
    this.#slice = present;
    this.#requests = 0;
  }

  /** Goes on with the slice that an earlier one was filling. */
  continueFrom(old: ThroughputSlices): void {
    this.#slice = old.#slice;
    this.#requests = old.#requests;
  }

  /** After the clock was set back: the slice being filled is the present one. */
  setBack(nowMillis: number): void {
    this.#slice = Math.min(this.#slice, Math.floor(nowMillis / this.#millis));
  }
}
