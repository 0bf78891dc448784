import type { CalendarStep, Period } from '../../src/time/calendar.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/**
 * The same periods as {@link Calendar}, found by looking at the clock on the wall: time is walked through by the hour, and
 * by the second where the clock is changed within the hour, or shows a later period than ever before.
 */
export class CalendarTwin {
  readonly #step: CalendarStep;
  readonly #start: number;
  readonly #wall: Intl.DateTimeFormat;

  constructor({ step, startMillis, timeZone }: { step: CalendarStep; startMillis: number; timeZone: string }) {
    this.#step = step;
    this.#start = startMillis;
    const numeric = 'numeric' as const;
    this.#wall = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
  }

  periodAt(atMillis: number): Period {
    const longest = 'days' in this.#step ? this.#step.days : this.#step.months * 31;
    let at = Math.floor(atMillis / HOUR) * HOUR - (longest + 3) * DAY;
    let latest = this.#shown(at);
    let startMillis = NaN;
    for (;;) {
      at = this.#nextAfter(at, latest);
      latest = this.#shown(at);
      if (at > atMillis) return { startMillis, endMillis: at };
      startMillis = at;
    }
  }

  /** The first second at which the clock shows a later period. */
  #nextAfter(fromMillis: number, latest: number): number {
    let wall = this.#wallAt(fromMillis);
    for (let at = fromMillis; ; at += HOUR) {
      const wallBefore = wall;
      wall = this.#wallAt(at + HOUR);
      const isPlain = wall - wallBefore === HOUR;
      if (isPlain && this.#shownAs(wall) <= latest) continue;
      // Where the clock only goes forward, whole minutes may be skipped.
      const minutes = isPlain
        ? [...Array(60).keys()].findLast((each) => this.#shown(at + each * 60_000) <= latest)!
        : 0;
      for (let second = at + minutes * 60_000; second <= at + HOUR; second += 1_000)
        if (this.#shown(second) > latest) return second;
    }
  }

  #shown(atMillis: number): number {
    return this.#shownAs(this.#wallAt(atMillis));
  }

  /** The number of the period of what the clock shows. */
  #shownAs(local: number): number {
    const step = this.#step;
    if ('days' in step) return Math.floor((local - this.#start) / (step.days * DAY));
    const [wall, start] = [new Date(local), new Date(this.#start)];
    const [year, month] = [wall.getUTCFullYear(), wall.getUTCMonth()];
    const months = (year - start.getUTCFullYear()) * 12 + month - start.getUTCMonth();
    const daysOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    const begins =
      Date.UTC(year, month, Math.min(start.getUTCDate(), daysOfMonth)) + (this.#start - start.setUTCHours(0, 0, 0, 0));
    return months % step.months === 0 && local < begins
      ? Math.floor((months - 1) / step.months)
      : Math.floor(months / step.months);
  }

  /** What the clock shows, as `Date.UTC` gives it. */
  #wallAt(atMillis: number): number {
    const [month, day, year, hour, minute, second] = this.#wall
      .formatToParts(atMillis)
      .filter(({ type }) => type !== 'literal')
      .map(({ value }) => Number(value)) as [number, number, number, number, number, number];
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }
}
