import { type Bulkhead, runWithRest } from '../bulkhead/bulkhead.ts';
import { remainingMillis } from '../time/ambient.ts';
import { type AdaptiveTimeout, medianOf } from '../timeout/adaptive-timeout.ts';
import { untilDeadline } from './deadline.ts';
import { inGuardSpan } from './guard-span.ts';

/** Options of `guard`. */
export interface GuardOptions {
  /** What is called, such as `'POST /charges'`: each operation learns a timeout of its own. Not empty. */
  operation: string;
  /** The compartment that calls have to pass. Default: none. */
  bulkhead?: Bulkhead | undefined;
  /** What limits how long a call may take, its wait for the compartment left out. Default: no limit but a deadline. */
  timeout?: AdaptiveTimeout | undefined;
  /** Whether each call gets a span of its own, named after the operation. Default `false`: events go on the active span. */
  span?: boolean | undefined;
}

/**
 * Puts a guard around a function: the same arguments and the same `this`, and always a promise. A call passes the bulkhead,
 * then the timeout, and is refused where the deadline around it leaves less than the operation's median. Inside,
 * `activeSignal()` is aborted when the call is given up.
 *
 * The slot of the bulkhead is held until the work really ends, also when its caller was answered before. The work has ended
 * when what the function gives has settled: of a stream or an async iterable that is when it has been opened, not when it
 * has been read.
 *
 * @throws TypeError where `fn` is no function or `operation` is no name.
 */
export function guard<A extends unknown[], R, This = unknown>(
  fn: (this: This, ...args: A) => R | PromiseLike<R>,
  options: GuardOptions,
): (this: This, ...args: A) => Promise<R> {
  if (typeof fn !== 'function') throw new TypeError(`guard: expected a function, got ${typeof fn}`);
  const { operation, bulkhead, timeout, span } = options;
  if (typeof operation !== 'string' || operation === '')
    throw new TypeError(`operation: expected a name, got ${operation === '' ? "''" : typeof operation}`);
  const call = guardedCall(operation, bulkhead, timeout);
  function guarded(this: This, ...args: A): Promise<R> {
    const work = (): R | PromiseLike<R> => fn.apply(this, args);
    return span ? inGuardSpan(operation, () => call(work)) : call(work);
  }
  return Object.defineProperties(guarded, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
}

type GuardedCall = <R>(work: () => R | PromiseLike<R>) => Promise<R>;

function guardedCall(
  operation: string,
  bulkhead: Bulkhead | undefined,
  timeout: AdaptiveTimeout | undefined,
): GuardedCall {
  const limited: GuardedCall = timeout
    ? (work) => timeout.run(operation, work)
    : (work) => untilDeadline(operation, work);
  if (bulkhead === undefined) return limited;
  return (work) => {
    // What cannot be done in time needs no slot; whoever limits the call refuses it.
    if (isHopeless(operation, timeout)) return limited(work);
    let running: Promise<unknown> | undefined;
    return runWithRest(
      bulkhead,
      () =>
        limited(() => {
          const result = work();
          if (!isThenable(result)) return result;
          // Whoever asks a lazy thenable twice, such as the query of a database client, has it run twice.
          const promise = Promise.resolve(result);
          running = promise;
          return promise;
        }),
      () => running,
    );
  };
}

function isHopeless(operation: string, timeout: AdaptiveTimeout | undefined): boolean {
  const remaining = remainingMillis();
  if (remaining === undefined) return false;
  return remaining <= 0 || remaining < ((timeout && medianOf(timeout, operation)) ?? 0);
}

function isThenable<R>(value: R | PromiseLike<R>): value is PromiseLike<R> {
  return typeof (value as PromiseLike<R> | null | undefined)?.then === 'function';
}
