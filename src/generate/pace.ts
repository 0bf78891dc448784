import { promDuration } from './promql.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The window that every longer sum is made of. */
export const BASE_MILLIS: number = 5 * MINUTE;
/** Up to here counters are read themselves: alerts that page lose no time, and a burst between two samples is not lost. */
const LONGEST_DIRECT_MILLIS = 60 * MINUTE;
/** Up to here sums are made as often as alerts are evaluated. */
const LONGEST_SHORT_MILLIS = 6 * 60 * MINUTE;
/** Shorter than the 5 m after which a series without a new sample is gone. */
const SLOW_INTERVAL_MILLIS = 3 * MINUTE;

/** How often rules are evaluated. */
export interface PaceOptions {
  /** How often alerts and sums over short windows are evaluated, in milliseconds. */
  readonly intervalMillis: number;
  /** What every window and interval is divided by. */
  readonly speed: number;
}

/** Turns the windows of objectives and pairs into what the rules say, all of them so many times shorter. */
export class Pace {
  /** How often alerts and short windows are evaluated. */
  readonly interval: string;
  /** How often long windows are. */
  readonly slowInterval: string;
  /** How many evaluations see each event in a window of 5 m. */
  readonly evaluationsPerBase: number;
  readonly #speed: number;

  constructor({ intervalMillis, speed }: PaceOptions) {
    this.#speed = speed;
    this.interval = this.duration(intervalMillis);
    this.slowInterval = this.duration(SLOW_INTERVAL_MILLIS);
    this.evaluationsPerBase = BASE_MILLIS / intervalMillis;
  }

  /** A length of time, as rules have it. */
  duration(millis: number): string {
    return promDuration(millis / this.#speed);
  }

  /** A length of time in seconds, as rules have it. */
  seconds(millis: number): number {
    return millis / this.#speed / SECOND;
  }

  /** Whether a window's events are read off the counters themselves. */
  isDirect(windowMillis: number): boolean {
    return windowMillis <= LONGEST_DIRECT_MILLIS;
  }

  /** Whether a window is evaluated as often as alerts are. */
  isShort(windowMillis: number): boolean {
    return windowMillis <= LONGEST_SHORT_MILLIS;
  }
}
