import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';
import { type Clock, monotonicClock } from '../time/clock.ts';
import { DURATION_FORM, type Duration, parseDuration } from '../time/duration.ts';
import type { CompartmentPolicy } from './compartment.ts';

/** Options of `Bulkhead`. */
export interface BulkheadOptions {
  /** What it is called in errors, events and metrics: 1 to 200 characters. */
  name: string;
  /** How many calls may run at once. 1 to 1000000. Default 10. */
  maxConcurrent?: number;
  /** How many calls may wait for a slot; what comes beyond is rejected. 0 to 1000000. Default 0. */
  maxQueue?: number;
  /** How long a call may wait for a slot. Over 0. Default: as long as its own timeout and deadline let it. */
  queueTimeout?: Duration;
  /** From so many failures in the window it is degraded. A whole number of at least 1. Default 5. */
  failureThreshold?: number;
  /** From so many failures in the window it is isolated. A whole number of at least 1; not over `failureThreshold` means never degraded. Default 10. */
  isolationThreshold?: number;
  /** How far back failures count. Over 0. Default `'60s'`. */
  failureWindow?: Duration;
  /** How long it stays isolated the first time; twice as long after every probe that fails, at most eight times. Over 0. Default `'30s'`. */
  recoveryTime?: Duration;
  /** The share of `maxConcurrent` that is left while degraded, at least one call. Over 0 to 1. Default 0.5. */
  degradedRatio?: number;
  /** Whether an error means that the dependency is unwell. Not asked about timeouts, which are failures, nor about cancellations and rejections, which are not. What it throws is counted, and the error is a failure. Default: every error. */
  isFailure?: (error: unknown) => boolean;
  /** Milliseconds that never go back. Default `performance.now`. */
  clock?: Clock;
}

/** Options of one call to `run`. */
export interface RunOptions extends AcquireOptions {
  /** The longest the whole call may take, its wait in the queue included. Over 0. Default: as long as it takes. */
  timeout?: Duration;
}

/** Options of one call to `acquire`. */
export interface AcquireOptions {
  /** Ends the wait, and the work where it listens; the call rejects with the signal's reason. Default: none. */
  signal?: AbortSignal | undefined;
  /** The higher is served first. Any finite number. Default 0. */
  priority?: number | undefined;
}

/** Options with every default filled in. */
export interface ResolvedBulkheadOptions extends CompartmentPolicy {
  readonly name: string;
  readonly maxQueue: number;
  /** `Infinity` where there is none. */
  readonly queueTimeoutMillis: number;
  readonly failureWindowMillis: number;
  readonly isFailure: ((error: unknown) => boolean) | undefined;
  readonly clock: Clock;
}

/** Defaults of {@link BulkheadOptions}. */
export const BULKHEAD_DEFAULTS: {
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly failureThreshold: number;
  readonly isolationThreshold: number;
  readonly failureWindow: Duration;
  readonly recoveryTime: Duration;
  readonly degradedRatio: number;
} = {
  maxConcurrent: 10,
  maxQueue: 0,
  failureThreshold: 5,
  isolationThreshold: 10,
  failureWindow: '60s',
  recoveryTime: '30s',
  degradedRatio: 0.5,
};

const MOST = 1_000_000;
/** How many characters the name of a bulkhead may have. */
export const LONGEST_NAME = 200;

/**
 * Fills in the defaults.
 * @throws ConfigurationError listing everything that is wrong.
 */
export function resolveOptions(options: BulkheadOptions): ResolvedBulkheadOptions {
  const problems = optionProblems(options, RULES);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { queueTimeout, isFailure } = options;
  const given = <K extends keyof typeof BULKHEAD_DEFAULTS>(option: K): (typeof BULKHEAD_DEFAULTS)[K] =>
    (options[option] as (typeof BULKHEAD_DEFAULTS)[K] | undefined) ?? BULKHEAD_DEFAULTS[option];
  return {
    name: options.name,
    maxConcurrent: given('maxConcurrent'),
    maxQueue: given('maxQueue'),
    queueTimeoutMillis: queueTimeout === undefined ? Infinity : parseDuration(queueTimeout)!,
    failureThreshold: given('failureThreshold'),
    isolationThreshold: given('isolationThreshold'),
    failureWindowMillis: parseDuration(given('failureWindow'))!,
    recoveryMillis: parseDuration(given('recoveryTime'))!,
    degradedRatio: given('degradedRatio'),
    isFailure,
    clock: options.clock ?? monotonicClock,
  };
}

/** @throws ConfigurationError where it is no number of slots. */
export function checkMaxConcurrent(value: number): void {
  const { isAllowed, allowed } = RULES.maxConcurrent;
  if (!isAllowed(value)) throw new ConfigurationError([{ path: 'maxConcurrent', value, allowed }]);
}

/** The milliseconds of a call's `timeout`; `Infinity` where it has none. @throws ConfigurationError where it is none over 0. */
export function timeoutMillisOf(timeout: Duration | undefined): number {
  if (timeout === undefined) return Infinity;
  const millis = parseDuration(timeout);
  if (millis === undefined || millis === 0)
    throw new ConfigurationError([{ path: 'timeout', value: timeout, allowed: OVER_ZERO.allowed }]);
  return millis;
}

/** A call's priority. @throws ConfigurationError where it is not finite. */
export function priorityOf(priority: number | undefined): number {
  if (priority === undefined) return 0;
  if (!Number.isFinite(priority))
    throw new ConfigurationError([{ path: 'priority', value: priority, allowed: 'a finite number' }]);
  return priority;
}

interface Rule {
  readonly isAllowed: (value: unknown) => boolean;
  readonly allowed: string;
  readonly required?: boolean;
}

const OVER_ZERO: Rule = { isAllowed: (value) => (parseDuration(value) ?? 0) > 0, allowed: `over 0 (${DURATION_FORM})` };
const A_FUNCTION: Rule = { isAllowed: (value) => typeof value === 'function', allowed: 'a function' };
const AT_LEAST_ONE: Rule = { isAllowed: wholeIn(1, Infinity), allowed: 'a whole number of at least 1' };

const RULES: Readonly<Record<keyof BulkheadOptions, Rule>> = {
  name: {
    isAllowed: (value) => typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME,
    allowed: `a string of 1 to ${LONGEST_NAME} characters`,
    required: true,
  },
  maxConcurrent: { isAllowed: wholeIn(1, MOST), allowed: `a whole number of 1 to ${MOST}` },
  maxQueue: { isAllowed: wholeIn(0, MOST), allowed: `a whole number of 0 to ${MOST}` },
  queueTimeout: OVER_ZERO,
  failureThreshold: AT_LEAST_ONE,
  isolationThreshold: AT_LEAST_ONE,
  failureWindow: OVER_ZERO,
  recoveryTime: OVER_ZERO,
  degradedRatio: {
    isAllowed: (value) => typeof value === 'number' && value > 0 && value <= 1,
    allowed: 'a number over 0 to 1',
  },
  isFailure: A_FUNCTION,
  clock: A_FUNCTION,
};

function optionProblems(options: unknown, rules: Readonly<Record<string, Rule>>): ConfigurationProblem[] {
  if (typeof options !== 'object' || options === null)
    return [{ path: 'options', value: options, allowed: 'an object' }];
  const given = options as Record<string, unknown>;
  const wrong = Object.entries(rules).filter(([path, { isAllowed, required }]) =>
    given[path] === undefined ? required : !isAllowed(given[path]),
  );
  const unknown = Object.keys(given).filter((path) => !Object.hasOwn(rules, path));
  return [
    ...wrong.map(([path, { allowed }]) => ({ path, value: given[path], allowed })),
    ...unknown.map((path) => ({
      path,
      value: given[path],
      allowed: `no such option; the options are ${Object.keys(rules).join(', ')}`,
    })),
  ];
}

function wholeIn(least: number, most: number): (value: unknown) => boolean {
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
