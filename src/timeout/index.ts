/**
 * How long is too long? Timeouts that learn from the calls of each operation: of those that would have completed, one in a
 * thousand is cut, and what will never complete is not waited for longer than that takes.
 *
 * Use it around calls to anything that may hang or slow down:
 *
 * ```ts
 * import { AdaptiveTimeout } from 'opentelemetry-resilience/timeout';
 *
 * const timeouts = new AdaptiveTimeout();
 * const response = await timeouts.run('payment', ({ signal }) => fetch('http://payment/charge', { signal }));
 * timeouts.get('payment'); // what a call may take now, in milliseconds
 * ```
 *
 * @packageDocumentation
 */
export {
  AdaptiveTimeout,
  type TimeoutContext,
  type TimeoutResult,
  type TimeoutRunOptions,
} from './adaptive-timeout.ts';
export { TIMEOUT_DEFAULTS, type TimeoutOptions } from './options.ts';
export type { OperationReading, TimeoutOutcome, TimeoutSnapshot } from './reading.ts';
export { OperationTimeoutError } from './errors.ts';
export { remainingMillis, withDeadline, activeSignal } from '../time/ambient.ts';
export type { Duration } from '../time/duration.ts';
export type { Clock } from '../time/clock.ts';
export { ConfigurationError, type ConfigurationProblem, DeadlineExceededError, ResilienceError } from '../errors.ts';
