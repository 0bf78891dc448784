import { type Context, context } from '@opentelemetry/api';
import { DeadlineExceededError } from '../errors.ts';

import type { TimerEntry } from '../time/deadline-timer.ts';
import { insideGuard } from '../time/guarded-context.ts';
import { CallContext } from './call-context.ts';
import { OperationTimeoutError } from './errors.ts';
import type { Operation } from './operation.ts';
import type { Censoring } from './operation-record.ts';
import type { Surroundings } from './surroundings.ts';
import type { Watched } from './watch-list.ts';

/** What its caller hears of a call that succeeded. */
export type Answer<T, R> = (value: T, operation: string, timeoutMillis: number, durationMillis: number) => R;

/**
 * - running: the caller waits
 * - exceeded: the caller waits beyond the timeout, as nothing is cut in `observe` mode
 * - watched: the caller was told of the timeout, and the work is followed
 * - left: the caller was told, the signal is aborted, and the work may run on
 * - ended: nothing is to come
 */
type State = 'running' | 'exceeded' | 'watched' | 'left' | 'ended';

/** One call on its way. */
export class Call<T, R> implements Watched {
  readonly startMillis: number;
  censoring: Censoring | undefined;
  readonly #surroundings: Surroundings;
  readonly #operation: Operation;
  readonly #limitMillis: number;
  /** What was left of the ambient deadline; infinite without one. */
  readonly #remainingMillis: number;
  readonly #around: Context = context.active();
  readonly #context: CallContext;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #answer: Answer<T, R>;
  #resolve!: (value: R) => void;
  #reject!: (error: unknown) => void;
  #state: State = 'running';
  #timer: TimerEntry | undefined;
  /** The deadline's own, in `observe` mode, where the timeout does not end the call. */
  #deadlineTimer: TimerEntry | undefined;
  #error: unknown;

  constructor(
    surroundings: Surroundings,
    operation: Operation,
    limitMillis: number,
    remainingMillis: number,
    startMillis: number,
    callerSignal: AbortSignal | undefined,
    answer: Answer<T, R>,
  ) {
    this.#surroundings = surroundings;
    this.#operation = operation;
    this.#limitMillis = limitMillis;
    this.#remainingMillis = remainingMillis;
    this.startMillis = startMillis;
    this.#callerSignal = callerSignal;
    this.#answer = answer;
    this.#context = new CallContext(Math.min(limitMillis, remainingMillis), callerSignal, this.#around);
  }

  run(fn: (context: CallContext) => T | PromiseLike<T>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#arm();
      try {
        const result = insideGuard(this.#context, fn);
        if (!isThenable(result)) this.#succeed(result);
        else
          result.then(
            (value) => this.#succeed(value),
            (error: unknown) => this.#fail(error),
          );
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    if (this.#state !== 'running' && this.#state !== 'exceeded') return;
    this.#disarm();
    const { calls, record, watching } = this.#operation;
    if (this.#state === 'running') {
      calls.cancelled++;
      const now = this.#surroundings.clock();
      record.censor(now - this.startMillis, now);
    } else watching.delete(this);
    this.#state = 'ended';
    this.#reject(this.#callerSignal!.reason);
  }

  abandon(): void {
    this.#operation.watching.delete(this);
    this.#clear();
    if (this.#state === 'watched') this.#leave();
  }

  #arm(): void {
    const { timer, observes } = this.#surroundings;
    const [limitMillis, remainingMillis] = [this.#limitMillis, this.#remainingMillis];
    const bounded = remainingMillis < limitMillis;
    const now = this.startMillis;
    if (!bounded) this.#timer = timer.set(limitMillis, () => context.with(this.#around, () => this.#exceed()), now);
    if (bounded || (observes && remainingMillis < Infinity))
      this.#deadlineTimer = timer.set(
        remainingMillis,
        () => context.with(this.#around, () => this.#meetDeadline()),
        now,
      );
    this.#callerSignal?.addEventListener('abort', this, { once: true });
  }

  #clear(): void {
    if (this.#timer !== undefined) this.#surroundings.timer.clear(this.#timer);
    this.#timer = undefined;
  }

  /** Nothing ends the call any more but its work. */
  #disarm(): void {
    this.#clear();
    if (this.#deadlineTimer !== undefined) this.#surroundings.timer.clear(this.#deadlineTimer);
    this.#deadlineTimer = undefined;
    this.#callerSignal?.removeEventListener('abort', this);
  }

  #succeed(value: T): void {
    const state = this.#state;
    if (state === 'ended') return;
    const now = this.#surroundings.clock();
    // A clock may differ by less than nothing, and NaN would be longer than anything.
    const durationMillis = Math.max(0, now - this.startMillis) || 0;
    this.#disarm();
    this.#state = 'ended';
    const { name, calls, record } = this.#operation;
    if (state === 'running') {
      calls.success++;
      record.complete(durationMillis, now);
    } else this.#endLate(state, true, durationMillis);
    if (state === 'running' || state === 'exceeded')
      this.#resolve(this.#answer(value, name, this.#context.timeoutMillis, durationMillis));
    this.#settle(now);
  }

  #fail(error: unknown): void {
    const state = this.#state;
    if (state === 'ended') return;
    this.#disarm();
    this.#state = 'ended';
    if (state === 'running') this.#failEarly(error);
    else this.#endLate(state, false, this.#surroundings.clock() - this.startMillis);
    if (state === 'running' || state === 'exceeded') this.#reject(error);
  }

  /** How soon a call fails says nothing of how long one takes that completes; how soon a deadline inside cut it does. */
  #failEarly(error: unknown): void {
    const { calls, record } = this.#operation;
    if (!(error instanceof DeadlineExceededError) || error.refused) return void calls.failure++;
    calls.timeout++;
    const now = this.#surroundings.clock();
    record.censor(now - this.startMillis, now);
  }

  /** The work ended after its timeout. */
  #endLate(state: State, success: boolean, durationMillis: number): void {
    const operation = this.#operation;
    operation.watching.delete(this);
    if (this.censoring !== undefined && state !== 'left') {
      // What fails late would not have completed, just as what stays silent; but what was aborted by others might have.
      if (success) operation.record.completeLate(this.censoring, durationMillis);
      else if (!this.#context.isAborted) operation.record.silence(this.censoring, this.#surroundings.maxMillis);
    }
    if (state === 'exceeded') return;
    operation.late++;
    const { listeners } = this.#surroundings;
    if (listeners.isEmpty) return;
    const event = { kind: 'late', operation: operation.name, durationMillis, success } as const;
    context.with(this.#around, () => listeners.tell(event));
  }

  #exceed(): void {
    if (this.#state !== 'running') return;
    const { clock, observes, stopped, maxMillis, listeners } = this.#surroundings;
    const { name, watching, record, calls } = this.#operation;
    const limitMillis = this.#limitMillis;
    const now = clock();
    const elapsedMillis = Math.max(limitMillis, now - this.startMillis);
    calls[observes ? 'would_timeout' : 'timeout']++;
    this.censoring = record.censor(limitMillis, now);
    const watched = !stopped && !watching.isFull && limitMillis < maxMillis;
    if (observes) this.#state = 'exceeded';
    else {
      this.#disarm();
      this.#state = 'watched';
      this.#error = new OperationTimeoutError(name, limitMillis, elapsedMillis);
      this.#reject(this.#error);
    }
    if (watched) this.#follow(elapsedMillis);
    else {
      // What takes longer than the longest timeout there can be is taken for dead.
      if (this.censoring !== undefined && limitMillis >= maxMillis) record.silence(this.censoring, limitMillis);
      this.censoring = undefined;
      if (!observes) this.#leave();
    }
    if (!listeners.isEmpty) {
      const mode = observes ? 'observe' : 'enforce';
      listeners.tell({
        kind: 'exceeded',
        operation: name,
        timeoutMillis: limitMillis,
        elapsedMillis,
        mode,
        watched: observes || watched,
      });
    }
    this.#settle(now);
  }

  #follow(elapsedMillis: number): void {
    const { timer, maxMillis } = this.#surroundings;
    const horizon = this.#operation.watching.add(this, this.#limitMillis, maxMillis);
    this.#timer = timer.set(Math.max(0, horizon - elapsedMillis), () => {
      if (this.censoring !== undefined) this.#operation.record.silence(this.censoring, horizon);
      this.censoring = undefined;
      this.abandon();
      this.#settle(this.#surroundings.clock());
    });
  }

  #meetDeadline(): void {
    const state = this.#state;
    if (state !== 'running' && state !== 'exceeded') return;
    const { clock, listeners } = this.#surroundings;
    const { name, calls, record, watching } = this.#operation;
    this.#disarm();
    const now = clock();
    if (state === 'running') {
      calls.timeout++;
      record.censor(now - this.startMillis, now);
    }
    watching.delete(this);
    this.censoring = undefined;
    const remainingMillis = this.#remainingMillis;
    this.#error = new DeadlineExceededError(`${name}: the deadline passed`, 0, false);
    this.#reject(this.#error);
    this.#leave();
    if (!listeners.isEmpty) listeners.tell({ kind: 'deadline', operation: name, remainingMillis, refused: false });
  }

  /** Lets the work know that nobody waits for it. */
  #leave(): void {
    this.#state = 'left';
    context.with(this.#around, () => this.#context.abort(() => this.#error));
  }

  #settle(nowMillis: number): void {
    const fromMillis = this.#operation.settle(nowMillis);
    if (fromMillis === undefined) return;
    const { listeners } = this.#surroundings;
    if (listeners.isEmpty) return;
    const { name: operation, limitMillis: toMillis } = this.#operation;
    context.with(this.#around, () => listeners.tell({ kind: 'adjusted', operation, fromMillis, toMillis }));
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === 'function';
}
