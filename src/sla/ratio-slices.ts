import { ROUNDING } from './status.ts';

/** What a slice held that is still being filled; enough for another process to go on with it. */
export interface SliceBeingFilled {
  /** When it began. */
  readonly startMillis: number;
  readonly good: number;
  readonly bad: number;
}

/**
 * Judges requests slice by slice: a slice is good unless more than `budgetRatio` of the requests that ended in it were bad.
 * It is judged once, when time is known to have passed its end, on what was seen of it; where nothing was seen there is no
 * verdict. What ends late in a judged slice does not change the verdict.
 */
export class RatioSlices {
  readonly #millis: number;
  readonly #budgetRatio: number;
  /** The slice being filled, and its requests. */
  #slice: number;
  #good = 0;
  #bad = 0;

  constructor(slice: { readonly millis: number; readonly budgetRatio: number }, sinceMillis: number) {
    this.#millis = slice.millis;
    this.#budgetRatio = slice.budgetRatio;
    this.#slice = Math.floor(sinceMillis / slice.millis);
  }

  /** Counts a request that ended at `atMillis`; an earlier slice is judged first. */
  add(atMillis: number, isGood: boolean, judged: (endMillis: number, good: boolean) => void): void {
    this.settle(atMillis, judged);
    if (Math.floor(atMillis / this.#millis) !== this.#slice) return;
    if (isGood) this.#good++;
    else this.#bad++;
  }

  /** Judges the slice that was being filled, if it ended by `nowMillis`. */
  settle(nowMillis: number, judged: (endMillis: number, good: boolean) => void): void {
    const present = Math.floor(nowMillis / this.#millis);
    if (present <= this.#slice) return;
    const events = this.#good + this.#bad;
    const endMillis = (this.#slice + 1) * this.#millis;
    const isGood = this.#bad <= this.#budgetRatio * events * (1 + ROUNDING);
    this.#slice = present;
    this.#good = 0;
    this.#bad = 0;
    if (events > 0) judged(endMillis, isGood);
  }

  /** What goes on over a restart; `undefined` where nothing does. */
  save(): SliceBeingFilled | undefined {
    if (this.#good + this.#bad === 0) return undefined;
    return { startMillis: this.#slice * this.#millis, good: this.#good, bad: this.#bad };
  }

  /** Goes on with a slice that was being filled elsewhere. One that is over is judged; one that lies ahead is the present one. */
  restore(saved: SliceBeingFilled, nowMillis: number, judged: (endMillis: number, good: boolean) => void): void {
    this.settle(nowMillis, judged);
    const slice = Math.min(Math.floor(saved.startMillis / this.#millis), this.#slice);
    if (slice < this.#slice) {
      const past = new RatioSlices({ millis: this.#millis, budgetRatio: this.#budgetRatio }, slice * this.#millis);
      past.#good = saved.good;
      past.#bad = saved.bad;
      past.settle(nowMillis, judged);
    } else {
      this.#good += saved.good;
      this.#bad += saved.bad;
    }
  }

  /** After the clock was set back: the slice being filled is the present one. */
  setBack(nowMillis: number): void {
    this.#slice = Math.min(this.#slice, Math.floor(nowMillis / this.#millis));
  }
}
