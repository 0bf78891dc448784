const HOUR = 3_600_000;
/** Wider than any offset that a zone has had. */
const WIDEST_OFFSET = 16 * HOUR;
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/**
 * The clocks of a time zone. What they show is told in local milliseconds: those that `Date.UTC` gives for the date and
 * time on the clock, so that days and months can be added as if there were no zones.
 */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  /** @throws RangeError when there is no such zone. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** What the clocks of the zone show at a moment. */
  localAt(atMillis: number): number {
    return atMillis + this.#offsetAt(atMillis);
  }

  /**
   * The first moment at which the clocks show `localMillis` or later: the earlier one where they show it twice, and the
   * end of the gap where they are put forward over it.
   */
  firstAt(localMillis: number): number {
    let at = localMillis - WIDEST_OFFSET;
    while (this.localAt(at) < localMillis) {
      const due = localMillis - this.#offsetAt(at);
      const change = this.#firstChange(at, due);
      if (change === undefined) return due;
      at = change;
    }
    return at;
  }

  /** When, in a stretch of at most two days, the offset is first another one than at its beginning. Zones change it less often. */
  #firstChange(fromMillis: number, toMillis: number): number | undefined {
    const offset = this.#offsetAt(fromMillis);
    if (this.#offsetAt(toMillis) === offset) return undefined;
    let [before, after] = [fromMillis, toMillis];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }

  #offsetAt(atMillis: number): number {
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(this.#format.format(atMillis)) ?? [];
    const millis = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return sign === '-' ? -millis : millis;
  }
}

/** Whether a value is the name of a time zone. An offset such as `'+01:00'` is none. */
export function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    return Boolean(new TimeZone(value));
  } catch {
    return false;
  }
}
