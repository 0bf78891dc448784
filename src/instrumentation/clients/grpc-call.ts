import { context, diag } from '@opentelemetry/api';
import { DeadlineExceededError } from '../../errors.ts';
import { writeDeadlineEvent } from '../../telemetry/guard-events.ts';
import type { CallGuard, Exchange } from './call-guard.ts';
import { EarlyProgress } from './early-progress.ts';
import { GrpcLimits } from './grpc-limits.ts';
import type { GrpcCall, GrpcCallOptions, GrpcListener, GrpcStatus } from './grpc-package.ts';
import { CANCELLED, codeOf, codeOfThrown, tellEnd } from './grpc-status.ts';

/** What a guarded call is made of. */
export interface GrpcCallParts {
  readonly guard: CallGuard;
  readonly options: GrpcCallOptions;
  /** Makes the call that goes on to the channel, past the interceptors of the application. */
  open(): GrpcCall;
  /** Whom it calls, as long as the channel has not chosen an address. */
  target(): string;
  /** The metadata of a status of ours. */
  metadata(): object;
}

/**
 * A unary call that its guard lets pass, now or later: the outermost of the calls that interceptors make. Nothing below it
 * exists before it is let in. From then on it hands everything on, until its caller has had an answer.
 */
export class GuardedGrpcCall implements GrpcCall, Exchange {
  readonly #parts: GrpcCallParts;
  readonly #limits: GrpcLimits;
  readonly #around = context.active();
  #metadata: object = {};
  #listener: GrpcListener | undefined;
  readonly #progress = new EarlyProgress();
  #watching: Disposable | undefined;
  #next: GrpcCall | undefined;
  #request: { readonly context: object; readonly message: unknown } | undefined;
  #isHalfClosed = false;
  #isBeginning = false;
  #thrown: { readonly error: unknown } | undefined;

  constructor(parts: GrpcCallParts) {
    this.#parts = parts;
    this.#limits = new GrpcLimits(parts.options);
  }

  start(metadata: object, listener: GrpcListener): void {
    this.#metadata = metadata;
    this.#listener = listener;
    this.#isBeginning = true;
    this.#progress.begin(this.#parts.guard, this);
    this.#isBeginning = false;
    if (this.#thrown) throw this.#thrown.error;
    if (this.#next === undefined)
      this.#watching = this.#limits.watch(
        () => context.with(this.#around, () => this.#missDeadline()),
        () => this.cancelWithStatus(CANCELLED, 'Cancelled by parent call'),
      );
  }

  send(): void {
    this.#unwatch();
    if (this.#listener === undefined) return;
    try {
      const next = (this.#next = this.#parts.open());
      next.start(this.#metadata, this.#answers());
      if (this.#request) next.sendMessageWithContext(this.#request.context, this.#request.message);
      if (this.#isHalfClosed) next.halfClose();
      this.#request = undefined;
    } catch (error) {
      this.#threw(error);
    }
  }

  fail(error: Error): void {
    const code = codeOf(error);
    if (code !== undefined) this.#answer(code, error.message, error);
    else if (this.#next === undefined) {
      diag.warn('opentelemetry-resilience: a guard failed, and its gRPC call passes as it is', error);
      this.send();
    }
  }

  abort(reason: Error): void {
    this.#next?.cancelWithStatus(CANCELLED, reason.message);
  }

  sendMessage(message: unknown): void {
    if (this.#next) this.#next.sendMessage(message);
    else this.#request = { context: {}, message };
  }

  sendMessageWithContext(messageContext: object, message: unknown): void {
    if (this.#next) this.#next.sendMessageWithContext(messageContext, message);
    else this.#request = { context: messageContext, message };
  }

  halfClose(): void {
    if (this.#next) this.#next.halfClose();
    else this.#isHalfClosed = true;
  }

  startRead(): void {
    this.#next?.startRead();
  }

  cancelWithStatus(code: number, details: string): void {
    if (this.#listener === undefined) return;
    if (this.#next === undefined || code === CANCELLED) this.#progress.cancelled();
    if (this.#next) this.#next.cancelWithStatus(code, details);
    else this.#answer(code, details);
  }

  getPeer(): string {
    return this.#next ? this.#next.getPeer() : this.#parts.target();
  }

  getAuthContext(): unknown {
    return this.#next?.getAuthContext?.() ?? null;
  }

  /** Hears the call, for its caller as long as he waits. */
  #answers(): GrpcListener {
    return {
      onReceiveMetadata: (metadata) => this.#listener?.onReceiveMetadata(metadata),
      onReceiveMessage: (message) => this.#listener?.onReceiveMessage(message),
      onReceiveStatus: (status) => {
        tellEnd(this.#progress, this.#parts.guard.parts.operation, status, this.#limits.isLate);
        const listener = this.#listener;
        this.#listener = undefined;
        listener?.onReceiveStatus(status);
      },
    };
  }

  /** In a turn of its own and in the context of the call, as the package does it: what a call-back throws goes its own way. */
  #answer(code: number, details: string, cause?: unknown): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#unwatch();
    this.#request = undefined;
    const metadata = this.#parts.metadata();
    const status: GrpcStatus = { code, details, metadata, ...(cause !== undefined && { cause }) };
    context.with(this.#around, () => process.nextTick(() => listener?.onReceiveStatus(status)));
  }

  #missDeadline(): void {
    if (this.#listener === undefined || this.#next) return;
    const { operation } = this.#parts.guard.parts;
    const error = new DeadlineExceededError(`${operation}: not sent, for the deadline passed while it waited`, 0, true);
    writeDeadlineEvent(operation, 0, true);
    this.#progress.cancelled(error);
    this.fail(error);
  }

  /** Whoever makes a call hears at once what is wrong with it; whoever waits hears it as any error. */
  #threw(error: unknown): void {
    this.#progress.cancelled();
    const message = error instanceof Error ? error.message : String(error);
    if (this.#isBeginning) this.#thrown = { error };
    else this.#answer(codeOfThrown(message), message, error);
  }

  #unwatch(): void {
    this.#watching?.[Symbol.dispose]();
    this.#watching = undefined;
  }
}
