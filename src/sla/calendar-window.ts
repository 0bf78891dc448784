import type { ConfigurationProblem } from '../errors.ts';
import { Calendar, longestMillis, nominalMillis, parseCalendarStep, parseLocalTime } from '../time/calendar.ts';
import { isTimeZone } from '../time/time-zone.ts';
import type { CalendarWindow } from './objective.ts';
import { SHORTEST_WINDOW_MILLIS } from './slots.ts';

const DAY = 86_400_000;
const FIELDS = ['every', 'startTime', 'timeZone'];
const TIME_ZONE = 'UTC';
/** For weeks a Monday. */
const START_TIME = '1970-01-01 00:00:00';
const START_TIME_OF_WEEKS = '1970-01-05 00:00:00';

/** A window of the calendar, ready to be asked for its periods. */
export interface ResolvedCalendarWindow {
  readonly calendar: Calendar;
  /** Such as `1M@Europe/Berlin`. */
  readonly label: string;
  /** What a period is taken to last where one number is needed. */
  readonly nominalMillis: number;
  /** No period lasts longer. */
  readonly reachMillis: number;
}

/** Everything that is wrong with a window that is meant to be one of the calendar. */
export function calendarWindowProblems(window: object, path: string): ConfigurationProblem[] {
  const { every, startTime, timeZone } = window as Record<string, unknown>;
  const problems: ConfigurationProblem[] = [];
  const check = (field: string, value: unknown, valid: boolean, allowed: string): void => {
    if (!valid) problems.push({ path: `${path}.${field}`, value, allowed });
  };
  const isStep = parseCalendarStep(every) !== undefined;
  check('every', every, isStep, "a count and d, w, M, Q or Y, such as '1w' or '1M', of 366 d at most");
  const start = parseLocalTime(startTime);
  check(
    'startTime',
    startTime,
    startTime === undefined || (start !== undefined && start % SHORTEST_WINDOW_MILLIS === 0),
    "a local time such as '2026-01-31 06:00:00', without a time zone and at a multiple of 5 s",
  );
  check(
    'timeZone',
    timeZone,
    timeZone === undefined || isTimeZone(timeZone),
    "the IANA name of a time zone, such as 'Europe/Berlin'",
  );
  for (const [field, value] of Object.entries(window))
    if (!FIELDS.includes(field))
      problems.push({ path: `${path}.${field}`, value, allowed: `no such field; the fields are ${FIELDS.join(', ')}` });
  return problems;
}

/** Fills in the defaults of a window that passed validation. */
export function resolveCalendarWindow({ every, startTime, timeZone }: CalendarWindow): ResolvedCalendarWindow {
  const step = parseCalendarStep(every)!;
  const zone = timeZone ?? TIME_ZONE;
  const start = startTime ?? (every.endsWith('w') ? START_TIME_OF_WEEKS : START_TIME);
  return {
    calendar: new Calendar({ step, startMillis: parseLocalTime(start)!, timeZone: zone }),
    label: `${every}@${zone}`,
    nominalMillis: nominalMillis(step),
    // Clocks may be put back within a period, by a day at most.
    reachMillis: longestMillis(step) + DAY,
  };
}
