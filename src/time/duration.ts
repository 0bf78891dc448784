const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time: milliseconds as a number, or a number with a unit such as `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'30d'`. */
export type Duration = number | `${number}${keyof typeof UNITS}`;

/** What {@link parseDuration} accepts, for error messages. */
export const DURATION_FORM = "milliseconds as a number, or a string such as '250ms', '30s', '5m', '1h', '30d'";

/** A {@link Duration} that is written as text: a number, its decimals, a unit. */
export const DURATION_PATTERN: RegExp = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds, or `undefined` where the value is no duration: not finite, negative, or of an unknown unit. */
export function parseDuration(value: unknown): number | undefined {
  const millis = typeof value === 'string' ? millisOf(value) : value;
  return typeof millis === 'number' && Number.isFinite(millis) && millis >= 0 ? millis : undefined;
}

/** The shortest exact form, in the largest unit that divides it: 86 400 000 becomes `'1d'`, 90 000 becomes `'90s'`. */
export function formatDuration(millis: number): string {
  const units = Object.entries(UNITS).toReversed();
  const [unit, size] = units.find(([, each]) => millis >= each && millis % each === 0) ?? ['ms', 1];
  return `${millis / size}${unit}`;
}

function millisOf(text: string): number | undefined {
  const [, digits, unit] = DURATION_PATTERN.exec(text) ?? [];
  return digits && unit ? Number(digits) * UNITS[unit as keyof typeof UNITS] : undefined;
}
