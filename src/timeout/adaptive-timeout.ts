import { DeadlineExceededError } from '../errors.ts';
import { remainingMillis } from '../time/ambient.ts';
import { sharedTimer } from '../time/deadline-timer.ts';
import { DURATION_FORM, type Duration, parseDuration } from '../time/duration.ts';
import { type Answer, Call } from './call.ts';
import type { TimeoutListener } from './events.ts';
import { Listeners } from '../listeners.ts';
import type { Operation } from './operation.ts';
import { OperationTable } from './operation-table.ts';
import { type ResolvedTimeoutOptions, resolveOptions, type TimeoutOptions } from './options.ts';
import type { OperationReading, TimeoutSnapshot } from './reading.ts';
import type { Surroundings } from './surroundings.ts';

/** What guarded work is given. */
export interface TimeoutContext {
  /** Aborted when the call is given up on; of a call that is followed in the background only when that ends. */
  readonly signal: AbortSignal;
  /** How long the call may take. */
  readonly timeoutMillis: number;
}

/** Options of one call. */
export interface TimeoutRunOptions {
  /** Ends the call with the reason of the signal. */
  signal?: AbortSignal;
  /** How long this call may take, whatever was learned or set. Over 0. Default: what `get` says. */
  timeout?: Duration;
}

/** A call that succeeded, and what it took. */
export interface TimeoutResult<T> {
  readonly value: T;
  readonly operation: string;
  readonly timeoutMillis: number;
  readonly durationMillis: number;
}

/** Hears of everything that happens to calls, until disposed. */
export let observeTimeout: (timeout: AdaptiveTimeout, listener: TimeoutListener) => Disposable;
/** The median of the calls of an operation that complete; `undefined` until enough is known. */
export let medianOf: (timeout: AdaptiveTimeout, operation: string) => number | undefined;
/** Everything that is counted, an operation each. */
export let readTimeout: (timeout: AdaptiveTimeout) => OperationReading[];

/** Gives a timeout other options while it runs; what it learned and counted stays. @throws ConfigurationError */
export let reconfigureTimeout: (timeout: AdaptiveTimeout, options: Omit<TimeoutOptions, 'clock'>) => void;

/** Timeouts that learn, for each operation, how long its calls take. */
export class AdaptiveTimeout {
  #options: ResolvedTimeoutOptions;
  readonly #table: OperationTable;
  readonly #surroundings: Surroundings;
  /** How often a listener threw. */
  #failed = 0;

  static {
    reconfigureTimeout = (timeout, options) => timeout.#reconfigure(options);
    observeTimeout = (timeout, listener) => timeout.#surroundings.listeners.add(listener);
    medianOf = (timeout, operation) => timeout.#table.peek(operation)?.medianMillis;
    readTimeout = (timeout) => [...timeout.#table.values()].map((each) => each.read());
  }

  /** @throws ConfigurationError listing everything that is wrong with the options. */
  constructor(options: TimeoutOptions = {}) {
    this.#options = resolveOptions(options);
    this.#table = new OperationTable(this.#options);
    const { clock, mode, maxMillis } = this.#options;
    this.#surroundings = {
      clock,
      timer: sharedTimer(clock),
      listeners: new Listeners(() => void this.#failed++),
      observes: mode === 'observe',
      maxMillis,
      stopped: false,
    };
  }

  /** How long a call of the operation may take now, in milliseconds. */
  get(operation: string): number {
    return this.#table.limitOf(operation);
  }

  /** Sets the timeout of an operation by hand, or lets it learn again. What is set is used as it is, beyond `min` and `max` too. */
  set(operation: string, timeout: Duration | 'adaptive'): void {
    checkName(operation);
    this.#table.pin(operation, timeout === 'adaptive' ? undefined : millisOf(timeout));
  }

  /**
   * Runs the work, and waits for it as long as its operation may take.
   * @throws OperationTimeoutError when it took longer.
   * @throws DeadlineExceededError when the ambient deadline passed, or leaves less than the operation's median.
   */
  run<T>(
    operation: string,
    fn: (context: TimeoutContext) => T | PromiseLike<T>,
    options?: TimeoutRunOptions,
  ): Promise<T> {
    return this.#start(operation, fn, options, valueOnly<T>);
  }

  /** What `run` does, with what the call was allowed and what it took. */
  runDetailed<T>(
    operation: string,
    fn: (context: TimeoutContext) => T | PromiseLike<T>,
    options?: TimeoutRunOptions,
  ): Promise<TimeoutResult<T>> {
    return this.#start(operation, fn, options, inDetail<T>);
  }

  /** Counts a call that was measured elsewhere. A duration that is no number is passed over. */
  record(operation: string, durationMillis: number, timedOut = false): void {
    checkName(operation);
    if (!Number.isFinite(durationMillis)) return;
    const now = this.#surroundings.clock();
    const known = this.#table.use(operation, now);
    if (timedOut) {
      known.calls.timeout++;
      known.record.censor(durationMillis, now);
    } else {
      known.calls.success++;
      known.record.complete(durationMillis, now);
    }
    this.#settle(known, now);
  }

  snapshot(): TimeoutSnapshot {
    const { mode, maxOperations } = this.#options;
    const operations = [...this.#table.values()];
    return Object.freeze({
      mode,
      maxOperations,
      operations: Object.freeze(operations.map((each) => each.read())),
      evicted: this.#table.evicted,
      failed: this.#failed,
      memoryBytes: operations.reduce((bytes, each) => bytes + each.record.bytes, 0),
    });
  }

  /** Stops following calls in the background: they are aborted. Calls on their way keep their timeouts; later ones are cut and not followed. */
  shutdown(): Promise<void> {
    this.#surroundings.stopped = true;
    for (const operation of this.#table.values()) operation.watching.clear();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #reconfigure(options: Omit<TimeoutOptions, 'clock'>): void {
    const { clock } = this.#options;
    this.#options = resolveOptions({ ...options, clock });
    this.#surroundings.observes = this.#options.mode === 'observe';
    this.#surroundings.maxMillis = this.#options.maxMillis;
    this.#table.reconfigure(this.#options);
  }

  #start<T, R>(
    name: string,
    fn: (context: TimeoutContext) => T | PromiseLike<T>,
    options: TimeoutRunOptions | undefined,
    answer: Answer<T, R>,
  ): Promise<R> {
    try {
      checkName(name);
      const now = this.#surroundings.clock();
      const limit = options?.timeout === undefined ? undefined : millisOf(options.timeout);
      const operation = this.#table.use(name, now);
      const signal = options?.signal;
      if (signal?.aborted) {
        operation.calls.cancelled++;
        return rejected(signal.reason);
      }
      const remaining = remainingMillis() ?? Infinity;
      if (remaining < (operation.medianMillis ?? Number.MIN_VALUE)) return this.#refuse(operation, remaining);
      const limitMillis = limit ?? operation.limitMillis;
      return new Call<T, R>(this.#surroundings, operation, limitMillis, remaining, now, signal, answer).run(fn);
    } catch (error) {
      return rejected(error);
    }
  }

  #refuse<R>(operation: Operation, remaining: number): Promise<R> {
    operation.refused++;
    const { listeners } = this.#surroundings;
    if (!listeners.isEmpty)
      listeners.tell({ kind: 'deadline', operation: operation.name, remainingMillis: remaining, refused: true });
    const [left, median] = [remaining, operation.medianMillis ?? 0].map((millis) => Number(millis.toFixed(3)));
    const message = `${operation.name}: not started, ${left} ms of the deadline are left and half of its calls take over ${median} ms`;
    return rejected(new DeadlineExceededError(message, remaining, true));
  }

  #settle(operation: Operation, now: number): void {
    const fromMillis = operation.settle(now);
    const { listeners } = this.#surroundings;
    if (fromMillis === undefined || listeners.isEmpty) return;
    listeners.tell({ kind: 'adjusted', operation: operation.name, fromMillis, toMillis: operation.limitMillis });
  }
}

function valueOnly<T>(value: T): T {
  return value;
}

function inDetail<T>(value: T, operation: string, timeoutMillis: number, durationMillis: number): TimeoutResult<T> {
  return { value, operation, timeoutMillis, durationMillis };
}

/** A caller's own reason may be anything, and is passed on as it is. */
function rejected<R>(reason: unknown): Promise<R> {
  return new Promise((_, reject: (error: Error) => void) => reject(reason as Error));
}

function checkName(operation: unknown): void {
  if (typeof operation !== 'string' || operation === '')
    throw new TypeError(`operation: expected a name, got ${typeof operation === 'string' ? "''" : typeof operation}`);
}

function millisOf(timeout: unknown): number {
  const millis = parseDuration(timeout);
  if (millis === undefined || millis <= 0)
    throw new RangeError(`timeout: expected over 0 (${DURATION_FORM}), got ${String(timeout)}`);
  return millis;
}
