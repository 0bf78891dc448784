import { activeSignal, remainingMillis } from '../time/ambient.ts';
import type { Clock } from '../time/clock.ts';
import { type DeadlineTimer, sharedTimer } from '../time/deadline-timer.ts';
import { insideGuard } from '../time/guarded-context.ts';
import { Bounds } from './bounds.ts';
import { Call, type CallContext, isInside } from './call.ts';
import { BulkheadRejectedError, BulkheadTimeoutError, type RejectionReason } from './errors.ts';
import type { BulkheadEvent } from './events.ts';
import type { Gate } from './gate.ts';
import { Listeners } from '../listeners.ts';
import type { ResolvedBulkheadOptions } from './options.ts';
import { type CallOutcome, plainOutcome } from './outcome.ts';
import { Tally } from './tally.ts';
import { Wait, type WaitEnd } from './wait.ts';

/** The work of a call. */
export type Work<T> = (context: CallContext) => T | PromiseLike<T>;

/** What may still run of work that has failed, and holds its slot until it has settled. */
export type Rest = () => PromiseLike<unknown> | undefined;

const REENTERED = 'it is full and was called from inside itself, so waiting for a slot could be waiting for oneself';

/** The way of a call through a bulkhead: in by the gate, its work, out again, and the books about it. */
export class Passage {
  readonly gate: Gate;
  readonly tally: Tally = new Tally();
  readonly observers: Listeners<BulkheadEvent> = new Listeners(() => void this.tally.thrown++);
  /** Calls whose caller was answered and whose work runs on. */
  overrun = 0;
  #options: ResolvedBulkheadOptions;
  readonly #clock: Clock;
  readonly #timer: DeadlineTimer;

  constructor(options: ResolvedBulkheadOptions, gate: Gate) {
    this.#options = options;
    this.#clock = options.clock;
    this.#timer = sharedTimer(options.clock);
    this.gate = gate;
  }

  /** From now on other options hold, for calls that are on their way too. */
  reconfigure(options: ResolvedBulkheadOptions): void {
    this.#options = options;
    this.gate.reconfigure(options);
  }

  /** The way of most calls: nothing bounds them, and one promise is all they cost. */
  async run<T>(fn: Work<T>, rest?: Rest): Promise<T> {
    const call = new Call(this);
    if (!this.#enterFreely(call)) {
      const wait = this.#enter(call, undefined, 0);
      if (wait !== undefined) this.#waited(call, wait, await wait.done);
    }
    let value: T;
    try {
      value = await insideGuard(call, fn);
    } catch (error) {
      const running = rest?.();
      if (running === undefined) this.end(call, this.#outcomeOf(error));
      else this.#outlive(call, this.#outcomeOf(error), running);
      throw error;
    }
    // As `end` does it, but at once: this is where nearly every call ends.
    const now = this.#clock();
    this.tally.success++;
    if (this.gate.kind !== 'healthy') this.gate.judge('success', call.generation, now);
    this.#leave(call, now);
    return value;
  }

  /** The way of calls that may be answered before their work has ended. */
  async runWithin<T>(
    fn: Work<T>,
    signal: AbortSignal | undefined,
    timeoutMillis: number,
    priority: number,
    rest?: Rest,
  ): Promise<T> {
    const call = new Call(this);
    const bounds = this.#bounds(signal, timeoutMillis);
    try {
      const wait = this.#enter(call, bounds, priority);
      if (wait !== undefined) this.#waited(call, wait, await wait.done);
      return await this.#work(call, fn, bounds, rest);
    } finally {
      bounds.close();
    }
  }

  /** Takes a slot for work that is nobody's function; to be given back with `end`. */
  async enter(call: Call, signal: AbortSignal | undefined, priority: number): Promise<void> {
    const bounds = this.#bounds(signal, Infinity);
    try {
      const wait = this.#enter(call, bounds, priority);
      if (wait !== undefined) this.#waited(call, wait, await wait.done);
    } finally {
      bounds.close();
    }
  }

  /** The work has ended, and with it the call. */
  end(call: Call, outcome: CallOutcome): void {
    const now = this.#clock();
    this.#answer(call, outcome, now);
    this.#leave(call, now);
  }

  /** The work says that it has ended, ahead of its promise: whoever hears of its end finds the slot free. */
  endWork(call: Call, error: unknown): void {
    if (call.generation < 0) return;
    if (call.isOverrun) this.#leaveLate(call);
    else this.end(call, error === undefined ? 'success' : this.#outcomeOf(error));
  }

  #bounds(signal: AbortSignal | undefined, timeoutMillis: number): Bounds {
    if (signal?.aborted) {
      this.tally.cancelled++;
      throw signal.reason;
    }
    return new Bounds(signal, timeoutMillis, this.#clock(), this.#timer);
  }

  /** Takes a slot where that needs no thought. */
  #enterFreely(call: Call): boolean {
    if (!this.gate.tryEnter()) return false;
    this.#entered(call);
    return true;
  }

  #entered(call: Call): void {
    call.generation = this.gate.generation;
    call.startedAt = this.#clock();
  }

  /** Takes a slot, or gives the wait for one; what ends it goes to `#waited`. Nothing is awaited here: frames cost. */
  #enter(call: Call, bounds: Bounds | undefined, priority: number): Wait | undefined {
    if (this.#enterFreely(call)) return undefined;
    const now = this.#clock();
    const verdict = this.gate.enter(now);
    if (verdict === 'wait') return this.#lineUp(bounds, priority, now);
    if (verdict !== 'entered') throw this.#rejection(verdict, now);
    this.#entered(call);
    return undefined;
  }

  #lineUp(bounds: Bounds | undefined, priority: number, now: number): Wait {
    if (isInside(this)) throw this.#rejection('full', now, undefined, REENTERED);
    const longest = Math.min(this.#options.queueTimeoutMillis, remainingMillis() ?? Infinity);
    if (longest <= 0) throw this.#rejection('queue_timeout', now);
    const around = bounds?.hasSignal ? undefined : activeSignal();
    const own = around !== undefined || longest < Infinity ? this.#bounds(around, longest) : undefined;
    const wait = new Wait(priority, now, bounds, own);
    if (own ?? bounds) wait.onEnd = (end) => this.gate.endWait(wait, end === 'timeout' ? 'queue_timeout' : 'aborted');
    this.gate.join(wait);
    if (!this.observers.isEmpty) {
      const { kind: state, queued } = this.gate;
      this.observers.tell({ kind: 'queued', bulkhead: this.#options.name, state, queued });
    }
    return wait;
  }

  /** A wait has ended: in the caller's continuation, and so in its async context. */
  #waited(call: Call, wait: Wait, ended: WaitEnd): void {
    wait.own?.close();
    const end = ended === 'granted' ? this.#secondThought(wait) : ended;
    const now = this.#clock();
    const queuedMillis = now - wait.from;
    this.tally.queueDuration.record(queuedMillis);
    if (end === 'granted') {
      if (!this.observers.isEmpty) this.observers.tell({ kind: 'granted', bulkhead: this.#options.name, queuedMillis });
      this.#entered(call);
    } else if (end === 'aborted') {
      this.tally.cancelled++;
      throw wait.reason;
    } else throw this.#rejection(end, now, queuedMillis);
  }

  /** Between the grant of a slot and the caller's continuation other things may have happened. */
  #secondThought(wait: Wait): WaitEnd {
    const { end } = wait;
    const isolated = this.gate.kind === 'isolated';
    if (end === undefined && !isolated) return 'granted';
    this.gate.leave();
    return isolated ? 'isolated' : end === 'aborted' ? 'aborted' : 'queue_timeout';
  }

  /** Runs the work in a slot, and answers the caller when it has ended or when the bounds are reached, whichever is first. */
  #work<T>(call: Call, fn: Work<T>, bounds: Bounds, rest: Rest | undefined): Promise<T> {
    return new Promise<T>((resolve, reject: (error: Error) => void) => {
      bounds.onEnd = (end) => {
        if (call.generation < 0) return;
        const error = this.#boundsError(bounds);
        this.#overrun(call);
        this.#answer(call, end === 'timeout' ? end : (plainOutcome(error) ?? 'cancelled'), this.#clock());
        reject(error);
        call.cut(error);
      };
      const settle = (outcome: CallOutcome, running?: PromiseLike<unknown>): void => {
        if (call.generation < 0) return;
        if (!call.isOverrun) return running ? this.#outlive(call, outcome, running) : this.end(call, outcome);
        if (running) this.#leaveAfter(call, running);
        else this.#leaveLate(call);
      };
      const work = async (): Promise<void> => {
        let value: T;
        try {
          value = await insideGuard(call, fn);
        } catch (error) {
          settle(this.#outcomeOf(error), rest?.());
          return reject(error as Error);
        }
        settle('success');
        resolve(value);
      };
      void work();
    });
  }

  #boundsError(bounds: Bounds): Error {
    if (bounds.end !== 'timeout') return bounds.reason as Error;
    const elapsedMillis = this.#clock() - bounds.madeAt;
    return new BulkheadTimeoutError(this.#options.name, bounds.timeoutMillis, elapsedMillis);
  }

  /** The caller has an error for an answer, and what runs on keeps the slot. */
  #outlive(call: Call, outcome: CallOutcome, running: PromiseLike<unknown>): void {
    this.#overrun(call);
    this.#answer(call, outcome, this.#clock());
    this.#leaveAfter(call, running);
  }

  #overrun(call: Call): void {
    this.overrun++;
    call.isOverrun = true;
  }

  #leaveAfter(call: Call, running: PromiseLike<unknown>): void {
    const leave = (): void => {
      if (call.generation >= 0) this.#leaveLate(call);
    };
    running.then(leave, leave);
  }

  /** The work has ended of a call whose caller was answered before. */
  #leaveLate(call: Call): void {
    this.overrun--;
    this.#leave(call, this.#clock());
  }

  /** The call's caller has its answer. */
  #answer(call: Call, outcome: CallOutcome, now: number): void {
    this.tally[outcome]++;
    this.gate.judge(outcome, call.generation, now);
  }

  /** The call's work has ended. */
  #leave(call: Call, now: number): void {
    call.generation = -1;
    this.tally.runDuration.record(now - call.startedAt);
    this.gate.leave();
  }

  #outcomeOf(error: unknown): CallOutcome {
    const plain = plainOutcome(error);
    const { isFailure } = this.#options;
    if (plain !== undefined || isFailure === undefined) return plain ?? 'failure';
    try {
      return isFailure(error) ? 'failure' : 'success';
    } catch {
      this.tally.thrown++;
      return 'failure';
    }
  }

  #rejection(reason: RejectionReason, now: number, queuedMillis?: number, message?: string): BulkheadRejectedError {
    this.tally.rejected[reason]++;
    const { kind: state, retryAfterMillis } = this.gate.standing(now);
    const bulkhead = this.#options.name;
    if (!this.observers.isEmpty)
      this.observers.tell({ kind: 'rejected', bulkhead, state, reason, retryAfterMillis, queuedMillis });
    return new BulkheadRejectedError({ reason, bulkhead, state, retryAfterMillis, message });
  }
}
