import type { MeterProvider } from '@opentelemetry/api';
import { type ConfigurationProblem, ConfigurationError } from '../errors.ts';
import { type Clock, wallClock } from '../time/clock.ts';
import { DURATION_FORM, type Duration, formatDuration, parseDuration } from '../time/duration.ts';
import type { Objective } from './objective.ts';
import { objectiveProblems } from './objective-problems.ts';
import { LONGEST_WINDOW_MILLIS, SHORTEST_WINDOW_MILLIS } from './slots.ts';
import type { ReadableSpan } from './span.ts';

/** What a span's outcome can be made by hand. */
export type Outcome = 'success' | 'failure' | 'ignored';

/** Options of `SlaTracker` and `SlaSpanProcessor`. */
export interface SlaOptions {
  /** What is promised. Default: nothing; requests are counted all the same. */
  objectives?: Objective[];
  /** The windows whose burn rates are reported, 5 s to 366 d each. Default 5m, 30m, 1h, 2h, 6h, 1d, 3d. */
  windows?: Duration[];
  /** Under so many events in its window an objective has no verdict, unless it says otherwise. At least 1. Default 10. */
  minEvents?: number;
  /** How many combinations of service, kind and operation have series of their own; the rest count as `_OTHER`. 1 to 100000. Default 1000. */
  maxSeries?: number;
  /** What HTTP status codes 400 to 499 count as (429 from a dependency is always a failure). Default `'success'`. */
  clientErrors?: Outcome;
  /** Requests that do not count, by service and operation, exact or patterns. Default: none. */
  ignore?: { service?: string; operation?: string }[];
  /** Durations over this are invalid and not counted. Over 0. Default `'1h'`. */
  maxDuration?: Duration;
  /** Decides a span's outcome; `undefined` leaves it to the rules. What it throws is counted and otherwise ignored. Default: the rules. */
  classify?: (span: ReadableSpan) => Outcome | undefined;
  /** Names a span's service or operation; what it leaves out is left to the rules. What it throws is counted and otherwise ignored. Default: the rules. */
  identify?: (span: ReadableSpan) => { service?: string; operation?: string } | undefined;
  /** Where violations are told: on the span that broke the objective, as log records (API 1.10 or later), both or not at all. Default `'span'`. */
  events?: 'span' | 'log' | 'both' | 'none';
  /** How `sla.duration` leaves: free of cost through `metricProducer`, on an ordinary instrument, or not at all. Default `'producer'`. */
  durationHistogram?: 'producer' | 'instrument' | 'none';
  /** Where the metrics go. Default: the global one, looked up when the processor has been made and when spans end. */
  meterProvider?: MeterProvider;
  /** Milliseconds since the epoch. Default `Date.now`. */
  clock?: Clock;
}

/** Options with every default filled in. */
export interface ResolvedSlaOptions extends Required<
  Omit<SlaOptions, 'classify' | 'identify' | 'meterProvider' | 'windows' | 'maxDuration'>
> {
  readonly classify: SlaOptions['classify'];
  readonly identify: SlaOptions['identify'];
  readonly meterProvider: MeterProvider | undefined;
  /** The windows whose burn rates are reported, shortest first. */
  readonly burnWindows: readonly { readonly millis: number; readonly label: string }[];
  readonly maxDurationMillis: number;
}

/** Defaults of {@link SlaOptions}. */
export const SLA_DEFAULTS: {
  readonly windows: readonly Duration[];
  readonly minEvents: number;
  readonly maxSeries: number;
  readonly clientErrors: Outcome;
  readonly maxDuration: Duration;
  readonly events: NonNullable<SlaOptions['events']>;
  readonly durationHistogram: NonNullable<SlaOptions['durationHistogram']>;
} = {
  windows: ['5m', '30m', '1h', '2h', '6h', '1d', '3d'],
  minEvents: 10,
  maxSeries: 1000,
  clientErrors: 'success',
  maxDuration: '1h',
  events: 'span',
  durationHistogram: 'producer',
};

const OUTCOMES: readonly Outcome[] = ['success', 'failure', 'ignored'];
const EVENTS = ['span', 'log', 'both', 'none'] as const;
const HISTOGRAMS = ['producer', 'instrument', 'none'] as const;
const KNOWN: Record<keyof SlaOptions, true> = {
  objectives: true,
  windows: true,
  minEvents: true,
  maxSeries: true,
  clientErrors: true,
  ignore: true,
  maxDuration: true,
  classify: true,
  identify: true,
  events: true,
  durationHistogram: true,
  meterProvider: true,
  clock: true,
};

/**
 * Fills in the defaults.
 * @throws ConfigurationError listing everything that is wrong.
 */
export function resolveOptions(options: SlaOptions): ResolvedSlaOptions {
  const problems = optionProblems(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { windows = SLA_DEFAULTS.windows, maxDuration = SLA_DEFAULTS.maxDuration, ...rest } = options;
  return {
    objectives: [],
    minEvents: SLA_DEFAULTS.minEvents,
    maxSeries: SLA_DEFAULTS.maxSeries,
    clientErrors: SLA_DEFAULTS.clientErrors,
    ignore: [],
    classify: undefined,
    identify: undefined,
    events: SLA_DEFAULTS.events,
    durationHistogram: SLA_DEFAULTS.durationHistogram,
    meterProvider: undefined,
    clock: wallClock,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    burnWindows: [...new Set(windows.map((window) => parseDuration(window)!))]
      .toSorted((a, b) => a - b)
      .map((millis) => ({
        millis,
        label: formatDuration(millis),
      })),
    maxDurationMillis: parseDuration(maxDuration)!,
  };
}

function optionProblems(options: unknown): ConfigurationProblem[] {
  if (!isPlain(options))
    return [
      { path: 'options', value: options, allowed: 'a plain object (a tracker of another copy of the package is none)' },
    ];
  const given = options as Record<string, unknown>;
  const problems: ConfigurationProblem[] = [];
  const check = (path: string, value: unknown, valid: boolean, allowed: string): void => {
    if (value !== undefined && !valid) problems.push({ path, value, allowed });
  };
  const isFunction = (value: unknown): boolean => typeof value === 'function';
  const wholeIn = (value: unknown, most: number): boolean =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
  const oneOf = (field: string, allowed: readonly unknown[]): void =>
    check(field, given[field], allowed.includes(given[field]), `one of ${allowed.join(', ')}`);

  const { maxDuration: longest = SLA_DEFAULTS.maxDuration } = given;
  const maxDuration = parseDuration(longest);
  check('maxDuration', given['maxDuration'], maxDuration !== undefined && maxDuration > 0, `over 0 (${DURATION_FORM})`);
  if (given['objectives'] !== undefined)
    problems.push(...objectiveProblems(given['objectives'], 'objectives', maxDuration || Infinity));
  const { windows, ignore } = given;
  const allowedWindow = `${formatDuration(SHORTEST_WINDOW_MILLIS)} to ${formatDuration(LONGEST_WINDOW_MILLIS)} (${DURATION_FORM})`;
  check('windows', windows, Array.isArray(windows), 'an array of durations');
  if (Array.isArray(windows)) {
    for (const [index, window] of windows.entries()) {
      const millis = parseDuration(window) ?? -1;
      check(
        `windows[${index}]`,
        window ?? null,
        millis >= SHORTEST_WINDOW_MILLIS && millis <= LONGEST_WINDOW_MILLIS,
        allowedWindow,
      );
    }
  }
  check('ignore', ignore, Array.isArray(ignore), 'an array of { service?, operation? }');
  if (Array.isArray(ignore))
    for (const [index, rule] of ignore.entries())
      check(
        `ignore[${index}]`,
        rule ?? null,
        isIgnoreRule(rule),
        '{ service?, operation? } with at least one of them, a name or pattern',
      );
  check('minEvents', given['minEvents'], wholeIn(given['minEvents'], Infinity), 'a whole number of at least 1');
  check('maxSeries', given['maxSeries'], wholeIn(given['maxSeries'], 100_000), 'a whole number of 1 to 100000');
  oneOf('clientErrors', OUTCOMES);
  oneOf('events', EVENTS);
  oneOf('durationHistogram', HISTOGRAMS);
  for (const field of ['classify', 'identify', 'clock'])
    check(field, given[field], isFunction(given[field]), 'a function');
  const provider = given['meterProvider'] as { getMeter?: unknown } | undefined | null;
  check('meterProvider', provider, isFunction(provider?.getMeter), 'a MeterProvider');
  for (const field of Object.keys(given).filter((each) => !Object.hasOwn(KNOWN, each))) {
    problems.push({
      path: field,
      value: given[field],
      allowed: `no such option; the options are ${Object.keys(KNOWN).join(', ')}`,
    });
  }
  return problems;
}

/** What holds its fields itself, of whatever realm: the options of anything else could not be seen. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isIgnoreRule(rule: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) return false;
  const values = Object.entries(rule);
  return (
    values.length > 0 &&
    values.every(([key, value]) => (key === 'service' || key === 'operation') && typeof value === 'string')
  );
}
