import type { Clock } from '../time/clock.ts';
import { DURATION, END, type Reading } from './reading.ts';
import { slotOf, startOf } from './slots.ts';

/** Why a reading is not counted, or the base slot it counts in. */
export const INVALID = -1;
export const LATE = -2;

/**
 * Decides in which slot a reading counts. A reading carries its own time; the clock is looked at only when one lies beyond
 * what the clock has shown so far, so about once a slot. What ended ahead of the clock counts as now.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #maxDurationMillis: number;
  readonly #onSetBack: (nowMillis: number) => void;
  /** Readings before this are late. */
  #reachMillis: number;
  /** The latest slot the clock has shown: most readings fall into it, and need no division. */
  #slot: number;
  #fromMillis = Infinity;
  /** Its end. What ended later lies beyond what the clock has shown. */
  #toMillis = -Infinity;

  constructor(options: {
    clock: Clock;
    maxDurationMillis: number;
    reachMillis: number;
    onSetBack: (nowMillis: number) => void;
  }) {
    this.#clock = options.clock;
    this.#slot = slotOf(options.clock());
    this.#maxDurationMillis = options.maxDurationMillis;
    this.#reachMillis = options.reachMillis;
    this.#onSetBack = options.onSetBack;
  }

  /** The present moment. Notices when the clock was set back. */
  now(): number {
    const now = this.#clock();
    const slot = slotOf(now);
    if (slot < this.#slot) this.#onSetBack(now);
    this.#slot = slot;
    this.#fromMillis = startOf(slot);
    this.#toMillis = startOf(slot + 1);
    return now;
  }

  /** How far back readings are counted; it only grows. */
  reach(millis: number): void {
    this.#reachMillis = Math.max(this.#reachMillis, millis);
  }

  /** The slot, or {@link INVALID} or {@link LATE}. Moves an end time that lies in the future to now. */
  slotFor({ times }: Reading): number {
    const duration = times[DURATION]!;
    const end = times[END]!;
    if (end >= this.#fromMillis && end < this.#toMillis && duration >= 0 && duration <= this.#maxDurationMillis)
      return this.#slot;
    if (!(duration >= 0 && duration <= this.#maxDurationMillis && end >= 0 && end < Infinity)) return INVALID;
    if (end >= this.#toMillis) times[END] = Math.min(end, this.now());
    return times[END]! < this.#toMillis - this.#reachMillis ? LATE : slotOf(times[END]!);
  }
}
