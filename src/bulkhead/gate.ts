import { type DeadlineTimer, sharedTimer, type TimerEntry } from '../time/deadline-timer.ts';
import { Breath } from './breath.ts';
import {
  type BulkheadState,
  capacityOf,
  type CompartmentEvent,
  type CompartmentState,
  HEALTHY,
  next,
} from './compartment.ts';
import type { RejectionReason } from './errors.ts';
import { FailureWindow } from './failure-window.ts';
import type { ResolvedBulkheadOptions } from './options.ts';
import type { CallOutcome } from './outcome.ts';
import type { Wait } from './wait.ts';
import { WaitQueue } from './wait-queue.ts';

/** Hears of every change of state, after it. `failures` in the window led to it; 0 where it was none of their doing. */
export type OnTurn = (from: BulkheadState, to: BulkheadState, failures: number, now: number) => void;

/**
 * Who may go in now: the slots, the queue for them, and the compartment's state. A slot is taken by whoever is let in and
 * given back when the work has ended; what became of a call is told apart from that, for its caller may be answered first.
 *
 * Calls are known by the generation in which they went in. It changes with every isolation and reset, so that what began
 * before speaks neither for nor against what came after.
 */
export class Gate {
  readonly #timer: DeadlineTimer;
  readonly #onTurn: OnTurn;
  #options: ResolvedBulkheadOptions;
  #failures: FailureWindow;
  readonly #queue = new WaitQueue<Wait>();
  readonly #breath = new Breath();
  #policy: ResolvedBulkheadOptions;
  #state: CompartmentState = HEALTHY;
  #capacity: number;
  /** The capacity while all is well, else 0: what has to be asked on the way of most calls. */
  #freely: number;
  #running = 0;
  /** Probes of the present recovery that have not been judged. */
  #probing = 0;
  #generation = 0;
  #closed = false;
  #entry: TimerEntry | undefined;
  #emptied: (() => void) | undefined;

  constructor(options: ResolvedBulkheadOptions, onTurn: OnTurn) {
    this.#options = options;
    this.#policy = options;
    this.#timer = sharedTimer(options.clock);
    this.#onTurn = onTurn;
    this.#failures = new FailureWindow(options.failureWindowMillis);
    this.#capacity = options.maxConcurrent;
    this.#freely = options.maxConcurrent;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get generation(): number {
    return this.#generation;
  }

  get maxConcurrent(): number {
    return this.#policy.maxConcurrent;
  }

  /** How many calls may run at once in the present state. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Whether a call would be let in now, while all is well. */
  get hasRoom(): boolean {
    return this.#running < this.#freely && this.#queue.size === 0;
  }

  /** The state when it was last looked at. */
  get kind(): BulkheadState {
    return this.#state.kind;
  }

  /** The state at `now`, and while it is isolated, after how long the first probe may enter. */
  standing(now: number): { readonly kind: BulkheadState; readonly retryAfterMillis: number | undefined } {
    this.#look(now);
    const state = this.#state;
    return { kind: state.kind, retryAfterMillis: state.kind === 'isolated' ? state.until - now : undefined };
  }

  failuresAt(now: number): number {
    return this.#failures.count(now);
  }

  /** Takes a slot if that needs no thought: all is well, one is free, nobody waits. */
  tryEnter(): boolean {
    if (!this.hasRoom) return false;
    this.#running++;
    return true;
  }

  /** Takes a slot, or says what is to be done instead: wait, or go away for a reason. */
  enter(now: number): 'entered' | 'wait' | RejectionReason {
    if (this.#closed) return 'shutdown';
    this.#look(now);
    if (this.#state.kind === 'isolated') return 'isolated';
    if (this.#state.kind === 'recovering') {
      if (this.#probing >= this.#capacity || this.#running >= this.#policy.maxConcurrent) return 'recovering';
      this.#probing++;
    } else if (this.#running >= this.#capacity || this.#queue.size > 0) {
      return this.#queue.size < this.#options.maxQueue ? 'wait' : 'full';
    }
    this.#running++;
    return 'entered';
  }

  join(wait: Wait): void {
    this.#queue.push(wait);
  }

  /** Ends a wait that has not ended. */
  endWait(wait: Wait, end: 'aborted' | 'queue_timeout'): void {
    if (this.#queue.remove(wait)) wait.settle(end);
  }

  /** What became of a call of a generation. */
  judge(outcome: CallOutcome, generation: number, now: number): void {
    if (outcome === 'success' && this.#state === HEALTHY) return;
    if (generation !== this.#generation) return;
    if (this.#state.kind === 'recovering') this.#probing--;
    if (outcome === 'failure' || outcome === 'timeout') {
      this.#failures.add(now);
      this.#on({ kind: 'failed', failures: this.#failures.count(now) }, now);
    } else if (outcome === 'success') {
      this.#on({ kind: 'succeeded' }, now);
    }
    this.#look(now);
  }

  /** Gives a slot back: once for every time it was taken. */
  leave(): void {
    this.#running--;
    if (this.#queue.size > 0) this.#grant();
    else if (this.#running === 0) this.#emptied?.();
  }

  isolate(now: number): void {
    this.#on({ kind: 'isolated_by_hand' }, now);
  }

  reset(now: number): void {
    this.#generation++;
    this.#failures.clear();
    this.#on({ kind: 'reset_by_hand' }, now);
  }

  resize(maxConcurrent: number): void {
    this.#policy = { ...this.#policy, maxConcurrent };
    this.#measure();
  }

  /** From now on other options hold. Failures are forgotten only where they count over another window. */
  reconfigure(options: ResolvedBulkheadOptions): void {
    if (options.failureWindowMillis !== this.#options.failureWindowMillis)
      this.#failures = new FailureWindow(options.failureWindowMillis);
    this.#options = options;
    this.#policy = options;
    this.#measure();
  }

  /** Nobody enters any more; whoever waits is told. Calls back when nothing runs. */
  close(emptied: () => void): void {
    this.#closed = true;
    this.#emptied = emptied;
    this.#freely = 0;
    if (this.#entry) this.#timer.clear(this.#entry);
    this.#sendAway('shutdown');
    if (this.#running === 0) emptied();
  }

  #look(now: number): void {
    if (this.#state.kind === 'degraded') this.#on({ kind: 'looked', failures: this.#failures.count(now) }, now);
    else if (this.#state.kind === 'isolated') this.#on({ kind: 'looked', failures: 0 }, now);
  }

  #on(event: CompartmentEvent, now: number): void {
    const state = next(this.#state, event, now, this.#policy);
    if (state !== this.#state) this.#transition(state, event, now);
  }

  #transition(state: CompartmentState, event: CompartmentEvent, now: number): void {
    const from = this.#state.kind;
    this.#state = state;
    if (state.kind === 'isolated') this.#generation++;
    if (state.kind === 'recovering' && from !== 'recovering') this.#probing = 0;
    if (state.kind === 'healthy' && from === 'recovering') this.#failures.clear();
    this.#measure();
    this.#arm(now);
    if (state.kind === 'isolated') this.#sendAway('isolated');
    if (from !== state.kind) this.#onTurn(from, state.kind, 'failures' in event ? event.failures : 0, now);
  }

  #measure(): void {
    this.#capacity = capacityOf(this.#state, this.#policy);
    this.#freely = this.#state.kind === 'healthy' && !this.#closed ? this.#capacity : 0;
    this.#grant();
  }

  /** The state also changes where nobody calls. */
  #arm(now: number): void {
    if (this.#entry) this.#timer.clear(this.#entry);
    this.#entry = undefined;
    const at =
      this.#state.kind === 'isolated'
        ? this.#state.until
        : this.#state.kind === 'degraded'
          ? this.#failures.nextExpiry()
          : undefined;
    if (at === undefined || this.#closed) return;
    this.#entry = this.#timer.set(Math.max(1, at - now), () => {
      this.#entry = undefined;
      const later = this.#options.clock();
      this.#look(later);
      if (this.#entry === undefined) this.#arm(later);
    });
  }

  #sendAway(reason: 'isolated' | 'shutdown'): void {
    for (let wait = this.#queue.shift(); wait; wait = this.#queue.shift()) wait.settle(reason);
  }

  #grant(): void {
    const breath = this.#breath;
    while (this.#running < this.#capacity && this.#queue.size > 0 && !breath.isPaused) {
      this.#running++;
      this.#queue.shift()?.settle('granted');
      if (!breath.take()) breath.pause(() => this.#grant());
    }
  }
}
