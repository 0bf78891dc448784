import type { Objective } from '../../sla/objective.ts';
import { type Duration, formatDuration } from '../../time/duration.ts';
import type { DocumentOf, TimeWindow } from './documents.ts';
import { isOfCalendar, parseShorthand } from './duration-shorthand.ts';
import type { Findings } from './findings.ts';

/** What {@link isStartTime} accepts, for error messages. */
export const START_TIME_FORM = "a date and time without a time zone, such as '2020-01-21 12:30:00'";
/** What {@link isTimeZone} accepts, for error messages. */
export const TIME_ZONE_FORM = "a time zone of the IANA database, such as 'America/New_York' or 'UTC'";

const PATH = ['spec', 'timeWindow', 0, 'duration'] as const;
const MOST_MONTHS = 12;

/** Whether a text is a moment of the calendar that exists, in the form of OpenSLO. */
export function isStartTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return false;
  const iso = `${text.replace(' ', 'T')}.000Z`;
  const moment = new Date(iso);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === iso;
}

/** Whether the platform knows the time zone by this name. Offsets such as `+01:00` are no names. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The months of a calendar window that was given in minutes: of those none can be made, and the capital was forgotten. */
export function monthsMeant({ duration, calendar }: TimeWindow): string | undefined {
  const { number, unit } = parseShorthand(duration)!;
  return calendar !== undefined && unit === 'm' && number <= MOST_MONTHS ? `${number}M` : undefined;
}

/** The window of an SLO's objectives; `undefined` with a problem where there is none like it. */
export function windowOf(slo: DocumentOf<'SLO'>, findings: Findings): Objective['window'] | undefined {
  const [window] = slo.spec.timeWindow ?? [];
  if (window === undefined) {
    findings.warn(slo, ['spec'], 'there is no timeWindow: it is kept over 30d');
    return '30d';
  }
  const { unit } = parseShorthand(window.duration)!;
  if (window.calendar === undefined) return rolling(slo, PATH, window.duration, findings);
  const every = monthsMeant(window) ?? window.duration;
  if (every === window.duration && (unit === 'm' || unit === 'h')) {
    findings.problem(slo, PATH, every, 'days, weeks, months, quarters or years, for a calendar window');
    return undefined;
  }
  return { every, ...window.calendar };
}

/** A length of time in our form; one that no calendar gives its length is told of. */
export function rolling(
  slo: DocumentOf<'SLO'>,
  path: readonly (string | number)[],
  text: string,
  findings: Findings,
): Duration {
  const duration = parseShorthand(text)!;
  const taken = formatDuration(duration.millis) as Duration;
  if (isOfCalendar(duration)) findings.warn(slo, path, `'${text}' is taken as ${taken}, for it follows no calendar`);
  return taken;
}
