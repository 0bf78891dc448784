import { context } from '@opentelemetry/api';
import { DeadlineExceededError } from '../errors.ts';
import { writeDeadlineEvent } from '../telemetry/guard-events.ts';
import { activeSignal, remainingMillis, withSignal } from '../time/ambient.ts';
import { sharedTimer, type TimerEntry } from '../time/deadline-timer.ts';

/**
 * Runs work that nothing limits but the deadline around it: the caller waits until then at most, and where it has passed
 * the work is not begun.
 */
export async function untilDeadline<T>(operation: string, work: () => T | PromiseLike<T>): Promise<T> {
  const remaining = remainingMillis();
  if (remaining === undefined) return work();
  if (remaining <= 0) {
    writeDeadlineEvent(operation, 0, true);
    throw new DeadlineExceededError(`${operation}: not begun, for the deadline has passed`, 0, true);
  }
  return cutAt(remaining, operation, work);
}

async function cutAt<T>(millis: number, operation: string, work: () => T | PromiseLike<T>): Promise<T> {
  const timer = sharedTimer();
  const around = context.active();
  const outer = activeSignal();
  const controller = new AbortController();
  const signal = outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]);
  let entry: TimerEntry | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    entry = timer.set(millis, () => {
      context.with(around, () => {
        writeDeadlineEvent(operation, millis, false);
        const error = new DeadlineExceededError(`${operation}: the deadline passed`, 0, false);
        reject(error);
        controller.abort(error);
      });
    });
  });
  try {
    return await Promise.race([end, withSignal(() => signal, work)]);
  } finally {
    if (entry) timer.clear(entry);
  }
}
