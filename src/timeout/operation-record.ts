import { BUCKETS, bucketOf } from '../stats/log-linear.ts';
import { Slice } from './slice.ts';

/** Slices in the window. */
const SLICES = 8;
/** A slice is closed at this age, full or not: a window is ten minutes at most. */
const OLDEST_MILLIS = 75_000;
/** And never younger, but where its 16 bits are full. */
const YOUNGEST_MILLIS = 2_000;

/** Where a censored call was written down, so that what becomes of it can take its place. */
export interface Censoring {
  readonly slice: Slice;
  readonly bucket: number;
}

/**
 * What is remembered of an operation's calls: eight slices, and a fresh block that is set against them before it is added
 * to the newest. Slices fill with completed calls only, so that an outage, in which none completes, does not push out
 * what is known of healthy ones.
 */
export class OperationRecord {
  readonly #perSlice: number;
  #slices: Slice[] = [];
  #fresh: Slice;
  /** Calls that started before say nothing any more. */
  #epoch = -Infinity;

  /** @param perSlice - completed calls that fill a slice. */
  constructor(perSlice: number, nowMillis: number) {
    this.#perSlice = perSlice;
    this.#fresh = new Slice(nowMillis);
  }

  /** Oldest first, without the fresh block. */
  get slices(): readonly Slice[] {
    return this.#slices;
  }

  get fresh(): Slice {
    return this.#fresh;
  }

  get bytes(): number {
    return [...this.#slices, this.#fresh].reduce((sum, each) => sum + (each.censored ? 4 : 2) * BUCKETS, 0);
  }

  /** Counts a call that completed now. */
  complete(durationMillis: number, nowMillis: number): void {
    if (nowMillis - durationMillis < this.#epoch) return;
    this.#fresh.complete(bucketOf(durationMillis));
  }

  /** Counts a call of which no more is known now than that it took longer. */
  censor(elapsedMillis: number, nowMillis: number): Censoring | undefined {
    if (nowMillis - elapsedMillis < this.#epoch) return undefined;
    const [slice, bucket] = [this.#fresh, bucketBefore(elapsedMillis)];
    return slice.censor(bucket) ? { slice, bucket } : undefined;
  }

  /** A censored call completed after all. */
  completeLate(censoring: Censoring, durationMillis: number): void {
    this.#take(censoring)?.complete(bucketOf(durationMillis));
  }

  /** A censored call was waited for in vain. */
  silence(censoring: Censoring, elapsedMillis: number): void {
    const slice = this.#take(censoring);
    if (slice?.censor(bucketBefore(elapsedMillis))) slice.silent++;
  }

  /** Whether a censored call still stands in the window. */
  holds({ slice }: Censoring): boolean {
    const home = slice.home;
    return home === this.#fresh || this.#slices.includes(home);
  }

  /** Adds the fresh block to the newest slice, begins another of each where it is time, and forgets what is too old. */
  settle(nowMillis: number): void {
    const last = this.#slices.at(-1);
    const block = this.#fresh;
    if (last === undefined || this.#isFull(last, block, nowMillis)) this.#slices.push(block);
    else last.absorb(block);
    this.#fresh = new Slice(nowMillis);
    this.#slices = this.#slices.slice(-SLICES).filter((each) => nowMillis - each.sinceMillis < SLICES * OLDEST_MILLIS);
  }

  /** Forgets everything before the fresh block. */
  forgetRest(): void {
    this.#slices = [];
  }

  /** Forgets everything, and every call that has started until now. */
  forgetAll(nowMillis: number): void {
    this.#slices = [];
    this.#fresh = new Slice(nowMillis);
    this.#epoch = nowMillis;
  }

  #isFull(slice: Slice, block: Slice, nowMillis: number): boolean {
    const age = nowMillis - slice.sinceMillis;
    if (!slice.hasRoomFor(block)) return true;
    return age >= OLDEST_MILLIS || (slice.completions >= this.#perSlice && age >= YOUNGEST_MILLIS);
  }

  /** Takes a censored call out again; where it is forgotten, what becomes of it counts as new. */
  #take(censoring: Censoring): Slice | undefined {
    const home = censoring.slice.home;
    if (!this.holds(censoring)) return home.sinceMillis < this.#epoch ? undefined : this.#fresh;
    home.uncensor(censoring.bucket);
    return home;
  }
}

/** A call that is cut where a bucket begins was never at risk in it. */
function bucketBefore(millis: number): number {
  return bucketOf(millis * (1 - Number.EPSILON));
}
