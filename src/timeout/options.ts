import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';
import { type Clock, monotonicClock } from '../time/clock.ts';
import { DURATION_FORM, type Duration, parseDuration } from '../time/duration.ts';

/** Options of `AdaptiveTimeout`. */
export interface TimeoutOptions {
  /** Of the calls that would complete, the share that may be cut. 0.00001 to 0.5. Default 0.001. */
  falseTimeoutRate?: number;
  /** The least a learned timeout can be. Over 0. Default `'5ms'`. */
  min?: Duration;
  /** The most a learned timeout can be. At least `min`. Default `'30s'`. */
  max?: Duration;
  /** The timeout until 20 calls have completed. `min` to `max`. Default `'5s'`. */
  initial?: Duration;
  /** `'observe'` cuts nothing and counts what it would have cut. Default `'enforce'`. */
  mode?: 'enforce' | 'observe';
  /** How many cut calls of an operation are followed in the background at once. 0 to 1000. Default 4. */
  watch?: number;
  /** How many operations are known at once; the least recently used leaves. 1 to 100000. Default 500. */
  maxOperations?: number;
  /** Milliseconds that never go back. Default `performance.now`. */
  clock?: Clock;
}

/** Options with every default filled in and durations in milliseconds. */
export interface ResolvedTimeoutOptions {
  readonly falseTimeoutRate: number;
  readonly minMillis: number;
  readonly maxMillis: number;
  readonly initialMillis: number;
  readonly mode: 'enforce' | 'observe';
  readonly watch: number;
  readonly maxOperations: number;
  readonly clock: Clock;
}

/** Defaults of {@link TimeoutOptions}. */
export const TIMEOUT_DEFAULTS: {
  readonly falseTimeoutRate: number;
  readonly min: Duration;
  readonly max: Duration;
  readonly initial: Duration;
  readonly mode: 'enforce' | 'observe';
  readonly watch: number;
  readonly maxOperations: number;
} = {
  falseTimeoutRate: 0.001,
  min: '5ms',
  max: '30s',
  initial: '5s',
  mode: 'enforce',
  watch: 4,
  maxOperations: 500,
};

const KNOWN: readonly string[] = [...Object.keys(TIMEOUT_DEFAULTS), 'clock'];

/**
 * Fills in the defaults.
 * @throws ConfigurationError listing everything that is wrong.
 */
export function resolveOptions(options: TimeoutOptions): ResolvedTimeoutOptions {
  if (typeof options !== 'object' || options === null)
    throw new ConfigurationError([{ path: 'options', value: options, allowed: 'an object' }]);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved = { ...TIMEOUT_DEFAULTS, clock: monotonicClock, ...given };
  const { min, max, falseTimeoutRate, mode, watch, maxOperations, clock } = resolved;
  // A range that leaves the default behind moves it; what was asked for by name is refused instead.
  const initial = given['initial'] ?? clamp(resolved.initial, min, max);
  const problems = problemsOf({ ...resolved, initial }).filter(({ path }) => path !== 'initial' || 'initial' in given);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    falseTimeoutRate,
    minMillis: parseDuration(min)!,
    maxMillis: parseDuration(max)!,
    initialMillis: parseDuration(initial)!,
    mode,
    watch,
    maxOperations,
    clock,
  };
}

function clamp(initial: Duration, min: unknown, max: unknown): number {
  return Math.min(Math.max(parseDuration(initial)!, parseDuration(min) ?? 0), parseDuration(max) ?? Infinity);
}

function problemsOf(options: Record<string, unknown>): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const check = (path: string, valid: boolean, allowed: string): void => {
    if (!valid) problems.push({ path, value: options[path], allowed });
  };
  const between = (path: string, least: number, most: number, whole: boolean): void => {
    const value = options[path] as number;
    const inRange = typeof value === 'number' && value >= least && value <= most;
    const kind = whole ? 'a whole number' : 'a number';
    check(path, inRange && (!whole || Number.isInteger(value)), `${kind} of ${least} to ${most}`);
  };
  between('falseTimeoutRate', 0.00001, 0.5, false);
  between('watch', 0, 1_000, true);
  between('maxOperations', 1, 100_000, true);
  const [min, max, initial] = ['min', 'max', 'initial'].map((path) => parseDuration(options[path]) ?? NaN);
  check('min', min! > 0, `over 0 (${DURATION_FORM})`);
  check('max', max! > 0 && !(max! < min!), `over 0 and at least min (${DURATION_FORM})`);
  check(
    'initial',
    initial! > 0 && !(initial! < min!) && !(initial! > max!),
    `over 0 and min to max (${DURATION_FORM})`,
  );
  check('mode', options['mode'] === 'enforce' || options['mode'] === 'observe', "one of 'enforce', 'observe'");
  check('clock', typeof options['clock'] === 'function', 'a function');
  for (const path of Object.keys(options))
    check(path, KNOWN.includes(path), `no such option; the options are ${KNOWN.join(', ')}`);
  return problems;
}
