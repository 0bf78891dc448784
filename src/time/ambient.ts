/**
 * What surrounds a call: the moment by which it must be over, and the signal of the innermost guard. Both travel in the
 * OpenTelemetry context, across awaits and parallel calls, wherever a context manager is registered, which every SDK does.
 */
import { context, createContextKey } from '@opentelemetry/api';
import { ConfigurationError } from '../errors.ts';
import { monotonicClock } from './clock.ts';
import { type Duration, DURATION_FORM, parseDuration } from './duration.ts';
import { guardsAround, insideGuard } from './guarded-context.ts';

const DEADLINE = createContextKey('opentelemetry-resilience deadline');

/**
 * Runs `fn` under a deadline: guards inside, however deep, wait at most until then, and refuse to begin what cannot be
 * done any more. A deadline inside another one cannot extend it.
 *
 * @param timeout - from now; 0 or more.
 * @throws ConfigurationError when `timeout` is no duration.
 */
export function withDeadline<T>(timeout: Duration, fn: () => T): T {
  const millis = parseDuration(timeout);
  if (millis === undefined) throw new ConfigurationError([{ path: 'timeout', value: timeout, allowed: DURATION_FORM }]);
  const at = Math.min(monotonicClock() + millis, deadlineAt() ?? Infinity);
  return context.with(context.active().setValue(DEADLINE, at), fn);
}

/** Milliseconds until the deadline around this call, 0 when it has passed; `undefined` where there is none. */
export function remainingMillis(): number | undefined {
  const at = deadlineAt();
  return at === undefined ? undefined : Math.max(0, at - monotonicClock());
}

/** When the deadline around this call is, by the monotonic clock; `undefined` where there is none. */
export function deadlineAt(): number | undefined {
  const at = context.active().getValue(DEADLINE);
  return typeof at === 'number' ? at : undefined;
}

/** The signal of the innermost guard around this call; `undefined` outside of guards. */
export function activeSignal(): AbortSignal | undefined {
  for (const { signal } of guardsAround()) return signal;
  return undefined;
}

/** Runs `fn` inside a guard whose signal is made when it is asked for. */
export function withSignal<T>(signal: () => AbortSignal, fn: () => T): T {
  const guarding = {
    get signal(): AbortSignal {
      return signal();
    },
  };
  return insideGuard(guarding, fn);
}
