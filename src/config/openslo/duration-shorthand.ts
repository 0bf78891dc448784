const MINUTE = 60_000;
const DAY = 86_400_000;

/** `number` of `unit`, e.g. 4 of `w`. */
export interface DurationShorthand {
  readonly number: number;
  readonly unit: DurationUnit;
  /** A month is 30 days here, a quarter 90, a year 365, where no calendar says otherwise. */
  readonly millis: number;
}

/** By postfix, in milliseconds. */
const UNITS: Readonly<Record<DurationUnit, number>> = {
  m: MINUTE,
  h: 60 * MINUTE,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  Q: 90 * DAY,
  Y: 365 * DAY,
};

export type DurationUnit = 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'Y';

/** What {@link parseShorthand} accepts, for error messages. */
export const SHORTHAND_FORM =
  "a whole number over 0 and a unit, such as '5m', '12h', '28d', '4w', '1M', '1Q', '1Y' (m is minutes, M is months)";

/** The duration-shorthand of OpenSLO: a positive whole number and one case-sensitive letter. */
export function parseShorthand(text: string): DurationShorthand | undefined {
  const [, digits, unit] = /^(\d{1,9})([mhdwMQY])$/.exec(text) ?? [];
  const number = Number(digits);
  if (unit === undefined || number === 0) return undefined;
  return { number, unit: unit as DurationUnit, millis: number * UNITS[unit as DurationUnit] };
}

/** Whether the unit's length depends on the calendar. */
export function isOfCalendar({ unit }: DurationShorthand): boolean {
  return unit === 'M' || unit === 'Q' || unit === 'Y';
}
