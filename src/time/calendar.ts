import { TimeZone } from './time-zone.ts';

const DAY = 86_400_000;
const UNITS = { d: { days: 1 }, w: { days: 7 }, M: { months: 1 }, Q: { months: 3 }, Y: { months: 12 } } as const;
const MOST_DAYS = 366;
const MOST_MONTHS = 12;

/** How long a period is: so many days, or so many months. */
export type CalendarStep = { readonly days: number } | { readonly months: number };

/** A stretch of time, without its end. */
export interface Period {
  readonly startMillis: number;
  readonly endMillis: number;
}

/**
 * Periods of a calendar, one after the other, in both directions from one of them. Each begins when the clocks of its time
 * zone first show its beginning or later. Months are counted from `startMillis`, so that those from a 31st begin at the
 * last day of shorter months and at the 31st again of longer ones. A period that the clocks were put forward over is none.
 */
export class Calendar {
  readonly #step: CalendarStep;
  readonly #startMillis: number;
  readonly #zone: TimeZone;
  /** The latest answer; mostly it is the next one, too. */
  #latest: Period = { startMillis: 0, endMillis: 0 };

  /**
   * @param calendar.startMillis - when one of the periods begins, in local milliseconds.
   * @throws RangeError when there is no such time zone.
   */
  constructor(calendar: { step: CalendarStep; startMillis: number; timeZone: string }) {
    this.#step = calendar.step;
    this.#startMillis = calendar.startMillis;
    this.#zone = new TimeZone(calendar.timeZone);
  }

  /** The period that a moment lies in. */
  periodAt(atMillis: number): Period {
    const { startMillis, endMillis } = this.#latest;
    if (atMillis < startMillis || atMillis >= endMillis) this.#latest = this.#find(atMillis);
    return this.#latest;
  }

  #find(atMillis: number): Period {
    let index = this.#indexNear(this.#zone.localAt(atMillis));
    let startMillis = this.#beginning(index);
    while (startMillis > atMillis) startMillis = this.#beginning(--index);
    let endMillis = this.#beginning(++index);
    while (endMillis <= atMillis) [startMillis, endMillis] = [endMillis, this.#beginning(++index)];
    return { startMillis, endMillis };
  }

  #beginning(index: number): number {
    return this.#zone.firstAt(plus(this.#startMillis, this.#step, index));
  }

  /** The number of the period that a local time lies in, or of one beside it. */
  #indexNear(localMillis: number): number {
    const step = this.#step;
    if ('days' in step) return Math.floor((localMillis - this.#startMillis) / (step.days * DAY));
    const months = (millis: number): number => new Date(millis).getUTCFullYear() * 12 + new Date(millis).getUTCMonth();
    return Math.floor((months(localMillis) - months(this.#startMillis)) / step.months);
  }
}

/** A period's length as it is written, such as `'1M'`; `undefined` where it is none, or longer than 366 d. */
export function parseCalendarStep(text: unknown): CalendarStep | undefined {
  const [, digits, unit] = typeof text === 'string' ? (/^([1-9]\d*)([dwMQY])$/.exec(text) ?? []) : [];
  if (digits === undefined) return undefined;
  const each: CalendarStep = UNITS[unit as keyof typeof UNITS];
  const count = Number(digits);
  const step = 'days' in each ? { days: count * each.days } : { months: count * each.months };
  return ('days' in step ? step.days <= MOST_DAYS : step.months <= MOST_MONTHS) ? step : undefined;
}

/** What a period is taken to last where one number is needed: months have 30 d, quarters 91 d, years 365 d. */
export function nominalMillis(step: CalendarStep): number {
  return ('days' in step ? step.days : Math.floor((step.months * 365) / 12)) * DAY;
}

/** No period of whole local days lasts longer; clocks put back add to it. */
export function longestMillis(step: CalendarStep): number {
  return ('days' in step ? step.days : Math.min(step.months * 31, MOST_DAYS)) * DAY;
}

/** Local milliseconds of a date and time such as `'2026-01-31 06:00:00'`; `undefined` where it is none. */
export function parseLocalTime(text: unknown): number | undefined {
  const parts =
    typeof text === 'string'
      ? /^([1-9]\d{3}-\d\d-\d\d)(?:[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?)?$/.exec(text)
      : null;
  if (parts === null) return undefined;
  const [, date, hours = '00', minutes = '00', seconds = '00'] = parts;
  const millis = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  // What is no date, such as February 30, is taken for a later one or for none.
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(date!) ? millis : undefined;
}

/** A local time so many steps later. What no month has that many days for is its last day. */
function plus(localMillis: number, step: CalendarStep, count: number): number {
  if ('days' in step) return localMillis + count * step.days * DAY;
  const date = new Date(localMillis);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + count * step.months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + (((localMillis % DAY) + DAY) % DAY);
}
