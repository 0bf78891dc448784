import type { Clock } from '../time/clock.ts';
import { Call, type CallContext } from './call.ts';
import type { BulkheadState } from './compartment.ts';
import type { BulkheadListener, BulkheadTransition } from './events.ts';
import { Gate } from './gate.ts';
import { Listeners } from '../listeners.ts';
import {
  type AcquireOptions,
  type BulkheadOptions,
  checkMaxConcurrent,
  priorityOf,
  resolveOptions,
  type ResolvedBulkheadOptions,
  type RunOptions,
  timeoutMillisOf,
} from './options.ts';
import { Passage, type Rest, type Work } from './passage.ts';
import { Permit } from './permit.ts';
import { type BulkheadReading, type BulkheadSnapshot, snapshotOf } from './reading.ts';

/** Everything that is known of a bulkhead, for its metrics. */
export let readBulkhead: (bulkhead: Bulkhead) => BulkheadReading;
/** Hears of everything that happens to a bulkhead's calls. While nobody does, no event is made. */
export let observeBulkhead: (bulkhead: Bulkhead, listener: BulkheadListener) => Disposable;
/** Does what `run` does; where the work fails, its slot is held until what `rest` tells of has settled too. */
export let runWithRest: <T>(bulkhead: Bulkhead, fn: Work<T>, rest: Rest, signal?: AbortSignal) => Promise<T>;

/** Work that `runWithRest` has begun has ended, with an error or without, and its promise will say so: its slot is free now. */
export let endWork: (bulkhead: Bulkhead, work: CallContext, error: unknown) => void;
/** Whether a call that came now would be let in without waiting, while all is well. */
export let hasRoom: (bulkhead: Bulkhead) => boolean;

/** Gives a bulkhead other options while it runs; its name, its clock, its calls and its counts stay. @throws ConfigurationError */
export let reconfigureBulkhead: (bulkhead: Bulkhead, options: Omit<BulkheadOptions, 'name' | 'clock'>) => void;

/** What `runDetailed` answers. */
export interface BulkheadResult<T> {
  readonly value: T;
  /** The bulkhead's name. */
  readonly bulkhead: string;
  /** Its state when the work had ended. */
  readonly state: BulkheadState;
  readonly queuedMillis: number;
  /** How long the work took, its wait left out. */
  readonly durationMillis: number;
}

/**
 * A compartment around the calls to one dependency: so many run at once, so many wait, the rest are rejected; when too many
 * fail it lets in fewer, then none, and comes back step by step.
 */
export class Bulkhead implements AsyncDisposable {
  #options: ResolvedBulkheadOptions;
  readonly #clock: Clock;
  readonly #gate: Gate;
  readonly #passage: Passage;
  readonly #listeners = new Listeners<BulkheadTransition>(() => void this.#passage.tally.thrown++);
  #stopped: Promise<void> | undefined;

  static {
    endWork = (bulkhead, work, error) => bulkhead.#passage.endWork(work as Call, error);
    hasRoom = (bulkhead) => bulkhead.#gate.hasRoom;
    readBulkhead = (bulkhead) => bulkhead.#read();
    reconfigureBulkhead = (bulkhead, options) => bulkhead.#reconfigure(options);
    observeBulkhead = (bulkhead, listener) => bulkhead.#passage.observers.add(listener);
    runWithRest = (bulkhead, fn, rest, signal) =>
      signal === undefined
        ? bulkhead.#passage.run(fn, rest)
        : bulkhead.#passage.runWithin(fn, signal, Infinity, 0, rest);
  }

  /** @throws ConfigurationError listing everything that is wrong with the options. */
  constructor(options: BulkheadOptions) {
    this.#options = resolveOptions(options);
    this.#clock = this.#options.clock;
    this.#gate = new Gate(this.#options, (...turn) => this.#turned(...turn));
    this.#passage = new Passage(this.#options, this.#gate);
  }

  get name(): string {
    return this.#options.name;
  }

  /** The state now. It moves on with time, also where nobody calls. */
  get state(): BulkheadState {
    return this.#gate.standing(this.#clock()).kind;
  }

  /**
   * Runs work in a slot: now, or when one is free, in the async context of the caller. Rejects with what the work throws,
   * with {@link BulkheadRejectedError} where it is not let in, with the signal's reason where the caller gives up, and with
   * {@link BulkheadTimeoutError} where `timeout` expires while it runs. The slot is held until the work really ends.
   */
  run<T>(fn: Work<T>, options?: RunOptions): Promise<T> {
    return options === undefined ? this.#passage.run(fn) : this.#runWithin(fn, options);
  }

  /** Does what `run` does, and tells how it went. */
  async runDetailed<T>(fn: Work<T>, options: RunOptions = {}): Promise<BulkheadResult<T>> {
    const madeAt = this.#clock();
    let [startedAt, endedAt] = [madeAt, madeAt];
    const timed: Work<T> = async (call) => {
      startedAt = this.#clock();
      try {
        return await fn(call);
      } finally {
        endedAt = this.#clock();
      }
    };
    const value = await this.#runWithin(timed, options);
    const [queuedMillis, durationMillis] = [startedAt - madeAt, endedAt - startedAt];
    return { value, bulkhead: this.name, state: this.state, queuedMillis, durationMillis };
  }

  /** Takes a slot, now or when one is free. Whoever gets the permit has to release it. */
  async acquire(options: AcquireOptions = {}): Promise<Permit> {
    const call = new Call(this.#passage);
    await this.#passage.enter(call, options.signal, priorityOf(options.priority));
    return new Permit((outcome) => this.#passage.end(call, outcome));
  }

  /** Isolates it by hand, as if too many calls had failed: for `recoveryTime`, or until `reset`. */
  isolate(): void {
    this.#gate.isolate(this.#clock());
  }

  /** Makes it healthy by hand, and forgets the failures so far, those of calls that are still running included. */
  reset(): void {
    this.#gate.reset(this.#clock());
  }

  /** Changes how many calls may run at once. Those that are running finish; those that now have room are let in. */
  resize(maxConcurrent: number): void {
    checkMaxConcurrent(maxConcurrent);
    this.#gate.resize(maxConcurrent);
  }

  /** Tells of every change of state. What a listener throws is counted and goes no further. */
  onTransition(listener: (transition: BulkheadTransition) => void): Disposable {
    return this.#listeners.add(listener);
  }

  snapshot(): BulkheadSnapshot {
    return snapshotOf(this.#read());
  }

  /** Rejects whoever waits and whoever comes; resolves when nothing runs any more. */
  shutdown(): Promise<void> {
    return (this.#stopped ??= new Promise((resolve) => this.#gate.close(resolve)));
  }

  /** The same as `shutdown()`: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #runWithin<T>(fn: Work<T>, options: RunOptions): Promise<T> {
    const { signal, timeout, priority } = options;
    return this.#passage.runWithin(fn, signal, timeoutMillisOf(timeout), priorityOf(priority));
  }

  #reconfigure(options: Omit<BulkheadOptions, 'name' | 'clock'>): void {
    this.#options = resolveOptions({ ...options, name: this.name, clock: this.#clock });
    this.#passage.reconfigure(this.#options);
  }

  #read(): BulkheadReading {
    const { gate, tally, overrun } = this.#passage;
    const now = this.#clock();
    const { kind: state, retryAfterMillis } = gate.standing(now);
    return {
      name: this.name,
      state,
      ...(retryAfterMillis !== undefined && { retryAfterMillis }),
      maxConcurrent: gate.maxConcurrent,
      capacity: gate.capacity,
      maxQueue: this.#options.maxQueue,
      inFlight: gate.running,
      queued: gate.queued,
      overrun,
      failures: gate.failuresAt(now),
      calls: tally.calls(),
      transitions: tally.transitions(),
      thrown: tally.thrown,
      queueDuration: tally.queueDuration.read(),
      runDuration: tally.runDuration.read(),
    };
  }

  #turned(from: BulkheadState, to: BulkheadState, failures: number, now: number): void {
    const { gate, tally, observers } = this.#passage;
    tally.turned(from, to);
    if (observers.isEmpty && this.#listeners.isEmpty) return;
    const { retryAfterMillis } = gate.standing(now);
    const transition: BulkheadTransition = { bulkhead: this.name, from, to, failures, retryAfterMillis };
    observers.tell({ kind: 'transition', ...transition });
    this.#listeners.tell(transition);
  }
}
