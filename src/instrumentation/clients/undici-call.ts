import type { CallGuard, Exchange } from './call-guard.ts';
import { EarlyProgress } from './early-progress.ts';
import { mayBeFollowed } from './following.ts';
import { httpFailure } from './http-peer.ts';
import { type Dispatch, type DispatchOptions, isRoomy, type UndiciDispatcher } from './undici-dispatchers.ts';
import {
  type Abort,
  failHandler,
  listenedHandler,
  type UndiciController,
  type UndiciHandler,
  type UndiciListener,
} from './undici-handler.ts';

/** How a request is sent, and by which dispatcher where that is known. */
export interface UndiciRoute {
  readonly dispatch: Dispatch;
  readonly dispatcher: UndiciDispatcher | undefined;
}

/**
 * - waiting: for a slot; nothing is sent
 * - sent: undici has it
 * - over: its handler knows how it ended
 */
type State = 'waiting' | 'sent' | 'over';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A request of undici that its guard lets pass. */
export class UndiciCall implements Exchange, UndiciListener {
  /** There when it was given up and may run on. */
  abort?: (reason: Error) => void;
  readonly #guard: CallGuard;
  readonly #options: DispatchOptions;
  readonly #handler: UndiciHandler;
  readonly #route: UndiciRoute;
  readonly #progress = new EarlyProgress();
  #state: State = 'waiting';
  #isBegun = false;
  /** Whether undici has told how it ended. */
  #isDone = false;
  #isSent: boolean;
  #takesMore = true;
  #thrown: { readonly error: unknown } | undefined;
  #abortRequest: Abort | undefined;
  /** Why it is to be stopped as soon as that is possible. */
  #halted: { readonly reason: Error | undefined } | undefined;

  private constructor(guard: CallGuard, options: DispatchOptions, handler: UndiciHandler, route: UndiciRoute) {
    this.#guard = guard;
    this.#options = options;
    this.#handler = handler;
    this.#route = route;
    this.#isSent = options.body === undefined || options.body === null;
  }

  /** What `dispatch` does, under a guard. */
  static begin(guard: CallGuard, options: DispatchOptions, handler: UndiciHandler, route: UndiciRoute): boolean {
    const call = new UndiciCall(guard, options, handler, route);
    call.#progress.begin(guard, call);
    call.#isBegun = true;
    if (call.#thrown !== undefined) throw call.#thrown.error;
    if (call.#state === 'waiting') call.#wait();
    return call.#takesMore;
  }

  get isHeard(): boolean {
    return this.#state !== 'over';
  }

  send(): void {
    this.#state = 'sent';
    this.#unhear();
    try {
      const { dispatch, dispatcher } = this.#route;
      this.#takesMore = dispatch.call(dispatcher!, this.#options, listenedHandler(this.#handler, this));
    } catch (error) {
      this.#isDone = true;
      this.#state = 'over';
      this.#progress.cancelled(error);
      if (this.#isBegun) failHandler(this.#handler, error as Error);
      else this.#thrown = { error };
    }
  }

  fail(error: Error): void {
    const wasSent = this.#state === 'sent';
    this.#state = 'over';
    this.#unhear();
    if (wasSent && !this.#isDone) {
      if (this.#isSent && isRoomy(this.#route.dispatcher) && mayBeFollowed(this.#guard))
        this.abort = (reason) => this.#halt(reason);
      // Its guard has to know first that it is given up by it.
      else queueMicrotask(() => this.#halt(error));
    }
    failHandler(this.#handler, error);
  }

  started(abort: Abort): void {
    this.#abortRequest = abort;
    if (this.#halted !== undefined) abort(this.#halted.reason);
  }

  sent(): void {
    this.#isSent = true;
  }

  answered(status: number): void {
    if (status < 200) return;
    this.#progress.answered(httpFailure(status));
    // `fetch` asks on before it has read what comes with a redirect, and may never read it.
    if (REDIRECTS.has(status)) this.#progress.ended();
    // Nobody reads what comes now.
    if (!this.isHeard) queueMicrotask(() => this.#halt(new Error('answered too late')));
  }

  ended(): void {
    this.#isDone = true;
    this.#progress.ended();
  }

  failed(error: Error): void {
    this.#isDone = true;
    if (isCallers(error)) this.#progress.cancelled(error);
    else this.#progress.ended(error);
  }

  stop(reason?: Error): void {
    if (this.#state === 'over' || this.#isDone) return;
    this.#progress.cancelled(reason);
    if (this.#state === 'sent') return this.#halt(reason);
    this.#state = 'over';
    this.#unhear();
    failHandler(this.#handler, reason ?? aborted());
  }

  /** Gives the handler something to stop by. That a request starts more than once is nothing new to it. */
  #wait(): void {
    const { body } = this.#options;
    if (isStream(body)) body.on('error', this.#onBodyError);
    try {
      if (this.#handler.onRequestStart) this.#handler.onRequestStart(new WaitingController(this));
      else this.#handler.onConnect?.((reason) => this.stop(reason));
    } catch (error) {
      this.stop(error as Error);
    }
  }

  readonly #onBodyError = (error: Error): void => this.stop(error);

  #unhear(): void {
    const { body } = this.#options;
    if (isStream(body)) body.off('error', this.#onBodyError);
  }

  #halt(reason: Error | undefined): void {
    if (this.#isDone) return;
    this.#halted = { reason };
    this.#abortRequest?.(reason);
  }
}

/** The controller of a request that waits. */
class WaitingController implements UndiciController {
  readonly paused = false;
  readonly rawHeaders = null;
  readonly rawTrailers = null;
  aborted = false;
  reason: Error | null = null;
  readonly #listener: UndiciListener;

  constructor(listener: UndiciListener) {
    this.#listener = listener;
  }

  abort(reason?: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason ?? null;
    this.#listener.stop(reason);
  }

  /** Nothing comes that could be held up. */
  pause(): void {}

  resume(): void {}
}

/** Codes of errors that say nothing of a dependency: the request could not be made of its options, or was taken back. */
const CALLERS: ReadonlySet<unknown> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

function isCallers(error: unknown): boolean {
  return CALLERS.has((error as { code?: unknown } | null)?.code);
}

interface BodyStream {
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

function isStream(body: unknown): body is BodyStream {
  if (typeof body !== 'object' || body === null) return false;
  const { pipe, on, off } = body as Record<string, unknown>;
  return typeof pipe === 'function' && typeof on === 'function' && typeof off === 'function';
}

/** What undici ends a request with that is stopped without a reason. */
function aborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError', code: 'UND_ERR_ABORTED' });
}
