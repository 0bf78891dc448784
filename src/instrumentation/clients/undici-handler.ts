/** Stops a request; it fails with the reason. */
export type Abort = (reason?: Error) => void;

/** What undici gives a handler, from 7 on, to steer its request by. */
export interface UndiciController {
  abort: Abort;
  readonly aborted: boolean;
}

/** Who hears of a request: up to undici 6 by the first six methods, from 7 on by the next six. */
export interface UndiciHandler {
  onConnect?(abort: Abort, context?: unknown): unknown;
  onUpgrade?(status: number, headers: unknown, socket: unknown): unknown;
  onHeaders?(status: number, headers: unknown, resume: () => void, text?: string): unknown;
  onData?(chunk: unknown): unknown;
  onComplete?(trailers: unknown): unknown;
  onError?(error: Error): unknown;

  onRequestStart?(controller: UndiciController, context?: unknown): unknown;
  onRequestUpgrade?(controller: UndiciController, status: number, headers: unknown, socket: unknown): unknown;
  onResponseStart?(controller: UndiciController, status: number, headers: unknown, text?: string): unknown;
  onResponseData?(controller: UndiciController, chunk: unknown): unknown;
  onResponseEnd?(controller: UndiciController, trailers: unknown): unknown;
  onResponseError?(controller: UndiciController | null, error: Error): unknown;

  onResponseStarted?(): unknown;
  onBodySent?(chunk: unknown): unknown;
  onRequestSent?(): unknown;
}

/** What is told of a request, whichever methods its handler has. */
export interface UndiciListener {
  /** Whether the handler still hears what happens. */
  readonly isHeard: boolean;
  /** It begins; again where a connection was lost before anything was sent. */
  started(abort: Abort): void;
  /** It is sent, its body included. */
  sent(): void;
  /** The headers of the response are there. */
  answered(status: number): void;
  ended(): void;
  failed(error: Error): void;
  /** The handler stops it. */
  stop(reason?: Error): void;
}

/** A handler in place of the given one, with its methods, that tells a listener first. */
export function listenedHandler(handler: UndiciHandler, listener: UndiciListener): UndiciHandler {
  if (!handler.onRequestStart) return new Handler6(handler, listener);
  return handler.onConnect ? new Handler6And7(handler, listener) : new Handler7(handler, listener);
}

/** Ends a request for its handler, whichever methods that has. */
export function failHandler(handler: UndiciHandler, error: Error): void {
  if (handler.onResponseError) handler.onResponseError(null, error);
  else handler.onError?.(error);
}

class ListenedHandler {
  protected readonly handler: UndiciHandler;
  protected readonly listener: UndiciListener;

  constructor(handler: UndiciHandler, listener: UndiciListener) {
    this.handler = handler;
    this.listener = listener;
  }

  onRequestUpgrade(controller: UndiciController, status: number, headers: unknown, socket: unknown): unknown {
    this.listener.ended();
    if (!this.listener.isHeard) return undefined;
    return this.handler.onRequestUpgrade?.(controller, status, headers, socket);
  }

  onResponseStarted(): unknown {
    return this.listener.isHeard ? this.handler.onResponseStarted?.() : undefined;
  }

  onBodySent(chunk: unknown): unknown {
    return this.listener.isHeard ? this.handler.onBodySent?.(chunk) : undefined;
  }

  onRequestSent(): unknown {
    this.listener.sent();
    return this.listener.isHeard ? this.handler.onRequestSent?.() : undefined;
  }
}

/** For undici up to 6, and for what goes by its ways in 7. */
class Handler6 extends ListenedHandler implements UndiciHandler {
  onConnect(abort: Abort, context?: unknown): void {
    this.listener.started(abort);
    if (this.listener.isHeard) this.handler.onConnect?.((reason) => this.listener.stop(reason), context);
  }

  onUpgrade(status: number, headers: unknown, socket: unknown): unknown {
    this.listener.ended();
    return this.listener.isHeard ? this.handler.onUpgrade?.(status, headers, socket) : undefined;
  }

  onHeaders(status: number, headers: unknown, resume: () => void, text?: string): unknown {
    this.listener.answered(status);
    return this.listener.isHeard ? this.handler.onHeaders?.(status, headers, resume, text) : true;
  }

  onData(chunk: unknown): unknown {
    return this.listener.isHeard ? this.handler.onData?.(chunk) : true;
  }

  onComplete(trailers: unknown): unknown {
    this.listener.ended();
    return this.listener.isHeard ? this.handler.onComplete?.(trailers) : undefined;
  }

  onError(error: Error): unknown {
    this.listener.failed(error);
    return this.listener.isHeard ? this.handler.onError?.(error) : undefined;
  }
}

/** For undici from 7 on. */
class Handler7 extends ListenedHandler implements UndiciHandler {
  #controller: UndiciController | undefined;

  onRequestStart(controller: UndiciController, context?: unknown): void {
    this.#hear(controller);
    if (this.listener.isHeard) this.handler.onRequestStart?.(controller, context);
  }

  onResponseStart(controller: UndiciController, status: number, headers: unknown, text?: string): unknown {
    this.listener.answered(status);
    return this.listener.isHeard ? this.handler.onResponseStart?.(controller, status, headers, text) : undefined;
  }

  onResponseData(controller: UndiciController, chunk: unknown): unknown {
    return this.listener.isHeard ? this.handler.onResponseData?.(controller, chunk) : undefined;
  }

  onResponseEnd(controller: UndiciController, trailers: unknown): unknown {
    this.listener.ended();
    return this.listener.isHeard ? this.handler.onResponseEnd?.(controller, trailers) : undefined;
  }

  onResponseError(controller: UndiciController | null, error: Error): unknown {
    this.listener.failed(error);
    return this.listener.isHeard ? this.handler.onResponseError?.(controller, error) : undefined;
  }

  /** Who has heard that a request is over may still abort it, which is not to reach one that runs on unseen. */
  #hear(controller: UndiciController): void {
    if (this.#controller === controller) return;
    this.#controller = controller;
    this.listener.started(controller.abort.bind(controller));
    controller.abort = (reason) => this.listener.stop(reason);
  }
}

/** For handlers that are made for any undici. */
class Handler6And7 extends Handler7 {}
const { constructor: _, ...methods6 } = Object.getOwnPropertyDescriptors(Handler6.prototype);
Object.defineProperties(Handler6And7.prototype, methods6);
