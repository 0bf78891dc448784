import { type Context, context } from '@opentelemetry/api';
import { activeSignal } from '../time/ambient.ts';

/**
 * What guarded work is given. The signal is made when it is first looked at: most work never does. It follows the
 * caller's signal and that of the guard around, also after the call has succeeded, for a body may still be streaming.
 */
export class CallContext {
  readonly timeoutMillis: number;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #around: Context;
  #controller: AbortController | undefined;
  #signal: AbortSignal | undefined;
  #reason: (() => unknown) | undefined;

  constructor(timeoutMillis: number, callerSignal: AbortSignal | undefined, around: Context) {
    this.timeoutMillis = timeoutMillis;
    this.#callerSignal = callerSignal;
    this.#around = around;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#make());
  }

  /** Whether the work has been told to stop, by whomever. */
  get isAborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  /** Aborts the signal, now or when it is first looked at. */
  abort(reason: () => unknown): void {
    this.#reason = reason;
    this.#controller?.abort(reason());
  }

  #make(): AbortSignal {
    const controller = new AbortController();
    this.#controller = controller;
    if (this.#reason) controller.abort(this.#reason());
    const others = [this.#callerSignal, context.with(this.#around, activeSignal)].filter((each) => each !== undefined);
    return others.length === 0 ? controller.signal : AbortSignal.any([controller.signal, ...others]);
  }
}
