import type { Censoring } from './operation-record.ts';

/** A call that took longer than it may, and whose end is waited for. */
export interface Watched {
  readonly censoring: Censoring | undefined;
  readonly startMillis: number;
  /** Stops waiting: aborts the work. */
  abandon(): void;
}

/** How many times its timeout a call is followed. */
const HORIZON = 10;
/** One place in so many is for a call that is followed up to the longest timeout there can be, so that no slowness is taken for death. */
const LONG = 4;

/** The calls of one operation that are followed after their timeout. */
export class WatchList implements Iterable<Watched> {
  readonly #capacity: number;
  /** Those followed, and whether for long. */
  readonly #watched = new Map<Watched, boolean>();
  #long = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#watched.size;
  }

  get isFull(): boolean {
    return this.#watched.size >= this.#capacity;
  }

  [Symbol.iterator](): Iterator<Watched> {
    return this.#watched.keys();
  }

  /** Follows a call; tells for how long in all, from its start. */
  add(watched: Watched, timeoutMillis: number, maxMillis: number): number {
    const long = this.#long * LONG < this.#watched.size + 1;
    this.#watched.set(watched, long);
    if (long) this.#long++;
    return long ? maxMillis : Math.min(HORIZON * timeoutMillis, maxMillis);
  }

  delete(watched: Watched): void {
    if (this.#watched.get(watched) === true) this.#long--;
    this.#watched.delete(watched);
  }

  /** Stops following. */
  clear(): void {
    for (const watched of this.#watched.keys()) watched.abandon();
  }
}
