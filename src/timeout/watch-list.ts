import type { Censoring } from './operation-record.ts';

/** A call that took longer than it may, and whose end is waited for. */
export interface Watched {
  readonly censoring: Censoring | undefined;
  readonly startMillis: number;
  /** Stops waiting: aborts the work. */
  abandon(): void;
}

/**
 * How many times its timeout a call is followed, by place. One in four is followed up to the longest timeout there can
 * be, so that no slowness is taken for death; most are let go soon, so that many are seen.
 */
const HORIZONS = [Infinity, 10, 3, 3] as const;

/** The calls of one operation that are followed after their timeout. */
export class WatchList implements Iterable<Watched> {
  /** How many are followed at once. */
  capacity: number;
  readonly #watched = new Map<Watched, number>();
  readonly #free: number[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#watched.size;
  }

  get isFull(): boolean {
    return this.#watched.size >= this.capacity;
  }

  [Symbol.iterator](): Iterator<Watched> {
    return this.#watched.keys();
  }

  /** Follows a call; tells for how long in all, from its start. */
  add(watched: Watched, timeoutMillis: number, maxMillis: number): number {
    const place = this.#free.pop() ?? this.#watched.size;
    this.#watched.set(watched, place);
    // Without a bound nothing is spared by letting go.
    if (this.capacity === Infinity) return maxMillis;
    return Math.min(HORIZONS[place % HORIZONS.length]! * timeoutMillis, maxMillis);
  }

  delete(watched: Watched): void {
    const place = this.#watched.get(watched);
    if (place === undefined) return;
    this.#watched.delete(watched);
    this.#free.push(place);
  }

  /** Stops following. */
  clear(): void {
    for (const watched of this.#watched.keys()) watched.abandon();
  }
}
