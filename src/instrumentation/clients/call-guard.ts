import { type Context, context, diag, type Span, trace } from '@opentelemetry/api';
import { type Bulkhead, endWork, runWithRest } from '../../bulkhead/bulkhead.ts';
import type { Work } from '../../bulkhead/passage.ts';
import { remainingMillis } from '../../time/ambient.ts';
import { type AdaptiveTimeout, medianOf, type TimeoutContext } from '../../timeout/adaptive-timeout.ts';
import { withCallSpan } from '../../telemetry/guard-events.ts';
import { untilDeadline } from '../deadline.ts';
import { capturingSpan, type SpanSlot } from './client-spans.ts';

/** A call of a client, as its guard drives it. */
export interface Exchange {
  /** Sends the call: in the caller's context, inside `begin` where there is room, later where it had to wait. */
  send(): void;
  /**
   * Ends the call, for its caller, with an error of ours: it was refused, and never sent, or it was given up. Called at most
   * once, and never after `ended` or `cancelled`. A client that cannot answer its caller and let the work go on stops the
   * work here; in any case it tells `ended` when nothing of it runs any more.
   */
  fail(error: Error): void;
  /**
   * Stops the work of a call that was given up. A few of those that timed out are let run on for a while first, unseen by
   * their callers: their end tells a slow dependency from a dead one. Clients that have no `abort` stop the work in `fail`.
   */
  abort?(reason: Error): void;
}

/** What a client tells of its call. Each is heard once; what comes after the end is passed over. */
export interface Progress {
  /** The answer has begun: nothing times out any more. `failure`: the dependency is unwell all the same. */
  answered(failure?: unknown): void;
  /** Nothing of the call runs any more. `error`: it failed. */
  ended(error?: unknown): void;
  /** The caller gave it up, which speaks neither for nor against the dependency. */
  cancelled(reason?: unknown): void;
}

/** Options of one call. */
export interface ExchangeOptions {
  /** The call's own span, where the client knows it. Default: the one that starts while the call is sent, else the active one. */
  span?: Span | undefined;
}

/** What calls of one operation to one peer have to pass. */
export interface GuardParts {
  /** What the operation is called where timeouts are learned and told. */
  readonly operation: string;
  /** Asked for at each call, for idle compartments leave. */
  readonly bulkhead: (() => Bulkhead) | undefined;
  readonly timeout: AdaptiveTimeout | undefined;
  /** Used as it is, in place of what is learned. */
  readonly timeoutMillis: number | undefined;
}

/** Puts a bulkhead and a timeout around the calls of a client that are no functions of ours. */
export class CallGuard {
  readonly parts: GuardParts;

  constructor(parts: GuardParts) {
    this.parts = parts;
  }

  /** Begins a call: sends it now, when there is room, or never. Never throws. */
  begin(exchange: Exchange, options?: ExchangeOptions): Progress {
    const call = new GuardedExchange(this.parts, exchange, options?.span);
    call.begin();
    return call;
  }
}

class GuardedExchange implements Progress, SpanSlot {
  span: Span | undefined;
  readonly #parts: GuardParts;
  readonly #exchange: Exchange;
  readonly #around: Context = context.active();
  readonly #giveUp = new AbortController();
  readonly #answer = deferred();
  readonly #end = deferred();
  #timed: TimeoutContext | undefined;
  /** Gives the slot back, at once. */
  #leave: ((error: unknown) => void) | undefined;
  #isSent = false;
  /** Whether its client knows how it went, and is to be told nothing. */
  #isOver = false;
  /** Whether the work was stopped by us, so that its end says nothing of the dependency. */
  #isStopped = false;

  constructor(parts: GuardParts, exchange: Exchange, span: Span | undefined) {
    this.#parts = parts;
    this.#exchange = exchange;
    this.span = span;
  }

  begin(): void {
    const around = this.span === undefined ? this.#around : trace.setSpan(this.#around, this.span);
    try {
      withCallSpan(this, around, () => this.#pass()).catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  answered(failure?: unknown): void {
    if (failure === undefined) this.#answer.resolve();
    else this.#answer.reject(failure);
  }

  ended(error?: unknown): void {
    this.#isOver = true;
    if (this.#isStopped) this.#excuse();
    if (error === undefined) this.#answer.resolve();
    else this.#answer.reject(error);
    if (error === undefined) this.#end.resolve();
    else this.#end.reject(error);
    this.#leave?.(error ?? this.#answer.reason);
  }

  cancelled(reason: unknown = new DOMException('The call was cancelled', 'AbortError')): void {
    this.#isOver = true;
    this.#giveUp.abort(reason);
    this.#answer.resolve();
    this.#end.resolve();
    this.#leave?.(undefined);
  }

  #pass(): Promise<void> {
    const { bulkhead, operation, timeout } = this.#parts;
    if (bulkhead === undefined || isHopeless(operation, timeout)) return this.#limited();
    const held = bulkhead();
    const work: Work<void> = (slot) => {
      this.#leave = (error) => endWork(held, slot, error);
      return this.#limited().then(() => this.#end.promise);
    };
    const rest = (): Promise<void> | undefined => (this.#isSent ? this.#end.promise : undefined);
    return runWithRest(held, work, rest, this.#giveUp.signal);
  }

  /** Until the answer begins. */
  #limited(): Promise<void> {
    const { operation, timeout, timeoutMillis } = this.#parts;
    if (timeout === undefined) return untilDeadline(operation, () => this.#send());
    const { signal } = this.#giveUp;
    const send = (timed: TimeoutContext): Promise<void> => {
      this.#timed = timed;
      return this.#send();
    };
    return timeout.run(operation, send, {
      signal,
      ...(timeoutMillis !== undefined && { timeout: timeoutMillis }),
    });
  }

  #send(): Promise<void> {
    this.#isSent = true;
    context.with(this.#around, () => capturingSpan(this, () => this.#exchange.send()));
    return this.#answer.promise;
  }

  /** The guards refused the call or gave it up; or it failed by itself, which its client knows. */
  #failed(error: unknown): void {
    if (this.#isOver || !(error instanceof Error) || this.#answer.reason === error) return;
    this.#isOver = true;
    const canFollow = this.#exchange.abort !== undefined;
    // Before it is told: its end may come while it is.
    this.#isStopped = this.#isSent && !canFollow;
    this.#tell(() => this.#exchange.fail(error));
    if (this.#isSent && canFollow) this.#stopInTime(error);
  }

  /** At once, or when a call that timed out was followed for long enough. */
  #stopInTime(error: Error): void {
    const signal = this.#timed?.signal;
    const stop = (): void => {
      this.#isStopped = true;
      this.#tell(() => this.#exchange.abort?.(error));
    };
    if (signal === undefined || signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }

  /** What we stopped might have completed: the estimator knows that by a signal that was aborted. */
  #excuse(): void {
    if (this.#timed === undefined || this.#timed.signal.aborted) return;
    this.#giveUp.abort();
  }

  /** A client that throws must not bring the process down. */
  #tell(call: () => void): void {
    try {
      context.with(this.#around, call);
    } catch (error) {
      diag.debug('opentelemetry-resilience: a client could not be told how its call ended', error);
    }
  }
}

function isHopeless(operation: string, timeout: AdaptiveTimeout | undefined): boolean {
  const remaining = remainingMillis();
  if (remaining === undefined) return false;
  return remaining <= 0 || remaining < ((timeout && medianOf(timeout, operation)) ?? 0);
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  readonly reason: unknown;
}

/** A promise that is settled from outside, and that nobody has to handle. */
function deferred(): Deferred {
  let [resolve, reject] = [(): void => {}, (_reason: Error): void => {}];
  const promise = new Promise<void>((...settle) => ([resolve, reject] = settle));
  promise.catch(() => undefined);
  let reason: unknown;
  return {
    promise,
    resolve,
    reject: (given) => {
      reason ??= given;
      reject(given as Error);
    },
    get reason() {
      return reason;
    },
  };
}
