import { errorMonitor } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CallGuard, Exchange } from './call-guard.ts';
import { EarlyProgress } from './early-progress.ts';
import { clientError, hangUp, lossOf } from './http-errors.ts';
import { endUnconnected, refuseSocket } from './http-hooks.ts';
import { httpFailure } from './http-peer.ts';
import { mayRunOn, runOnUnseen } from './http-unseen.ts';

/**
 * - waiting: for a slot; nothing is sent
 * - sent: an agent has it, or a socket
 * - over: its caller knows how it ended
 */
type State = 'waiting' | 'sent' | 'over';

/** A request of `node:http` that its guards let pass, one after the other. */
export class HttpCall {
  readonly #guards: readonly CallGuard[];
  readonly #request: ClientRequest;
  readonly #connect: () => void;
  /** A connection that was there before there was room. */
  readonly #socket: Socket | undefined;
  readonly #progress: EarlyProgress[] = [];
  #state: State = 'waiting';
  #isBegun = false;
  #thrown: { readonly error: unknown } | undefined;
  #error: Error | undefined;
  #restore: (() => void) | undefined;
  /** Stops what runs on unseen. */
  #stopUnseen: (() => void) | undefined;

  constructor(guards: readonly CallGuard[], request: ClientRequest, connect: () => void, socket?: Socket) {
    this.#guards = guards;
    this.#request = request;
    this.#connect = connect;
    this.#socket = socket;
  }

  /** Connects the request, now or when there is room, or ends it. Throws what connecting throws. */
  begin(): void {
    this.#request.on(errorMonitor, this.#onError);
    this.#request.once('close', this.#onClose);
    this.#hearDestroy();
    this.#socket?.on('error', this.#onSocketError);
    this.#next();
    this.#isBegun = true;
    if (this.#thrown !== undefined) throw this.#thrown.error;
  }

  answered(response: IncomingMessage): void {
    const failure = httpFailure(response.statusCode ?? 0);
    for (const progress of this.#progress) progress.answered(failure);
    // Nobody reads what comes now.
    this.#stopUnseen?.();
  }

  /** Passes the next guard, or sends. */
  #next(): void {
    const guard = this.#guards[this.#progress.length];
    if (guard === undefined) return this.#send();
    const progress = new EarlyProgress();
    this.#progress.push(progress);
    const exchange: Exchange = {
      send: () => this.#next(),
      fail: (error) => this.#fail(error, guard, exchange),
    };
    progress.begin(guard, exchange);
  }

  #send(): void {
    this.#state = 'sent';
    this.#socket?.off('error', this.#onSocketError);
    if (this.#socket?.destroyed === true) return endUnconnected(this.#request, this.#error ?? hangUp());
    try {
      this.#connect();
    } catch (error) {
      this.#cancelled(error);
      this.#unhear();
      if (this.#isBegun) endUnconnected(this.#request, error as Error);
      else this.#thrown = { error };
    }
  }

  #fail(reason: Error, guard: CallGuard, exchange: Exchange): void {
    if (this.#state === 'over') return;
    const error = clientError(reason);
    const { socket } = this.#request;
    this.#restore?.();
    if (this.#state === 'waiting') {
      for (const progress of this.#progress) progress.cancelled(reason);
      this.#socket?.destroy();
      endUnconnected(this.#request, error);
    } else if (!socket) {
      refuseSocket(this.#request);
      endUnconnected(this.#request, error);
    } else if (mayRunOn(this.#request, guard)) {
      this.#unhear();
      this.#stopUnseen = () => void socket.destroy();
      exchange.abort = this.#stopUnseen;
      runOnUnseen(this.#request, error, () => this.#ended(error));
    } else this.#request.destroy(error);
    this.#state = 'over';
  }

  /** Hears of a request that is given up by its caller, as nothing is emitted while it has no socket. */
  #hearDestroy(): void {
    const request = this.#request;
    const own = Object.getOwnPropertyDescriptor(request, 'destroy');
    const destroy = request.destroy.bind(request);
    const heard = (reason?: Error): ClientRequest => {
      const wasWaiting = this.#state === 'waiting';
      this.#restore?.();
      if (!request.destroyed) this.#cancelled(reason);
      destroy(reason);
      if (wasWaiting) endUnconnected(request, undefined, this.#socket);
      return request;
    };
    Object.defineProperty(request, 'destroy', { value: heard, configurable: true, writable: true });
    this.#restore = () => {
      if (request.destroy !== heard) return;
      if (own) Object.defineProperty(request, 'destroy', own);
      else Reflect.deleteProperty(request, 'destroy');
    };
  }

  readonly #onError = (error: Error): void => {
    // Who destroys a response with an error destroys the request with it.
    if (responseOf(this.#request)?.errored === error) this.#cancelled(error);
    else this.#ended(error);
  };

  readonly #onSocketError = (error: Error): void => void (this.#error = error);

  readonly #onClose = (): void => {
    const response = responseOf(this.#request);
    const isWhole = !response || response.complete || response.upgrade === true;
    const loss = isWhole ? undefined : lossOf(response);
    if (isWhole || loss) this.#ended(loss);
    else this.#cancelled();
    this.#unhear();
  };

  #ended(error: unknown): void {
    this.#state = 'over';
    for (const progress of this.#progress) progress.ended(error);
  }

  #cancelled(reason?: unknown): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    for (const progress of this.#progress) progress.cancelled(reason);
  }

  #unhear(): void {
    this.#restore?.();
    this.#request.off(errorMonitor, this.#onError);
    this.#request.off('close', this.#onClose);
  }
}

function responseOf(request: ClientRequest): (IncomingMessage & { upgrade?: boolean }) | null | undefined {
  return (request as { res?: IncomingMessage | null }).res;
}
