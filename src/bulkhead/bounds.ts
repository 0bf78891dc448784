import { context } from '@opentelemetry/api';
import type { DeadlineTimer, TimerEntry } from '../time/deadline-timer.ts';

/** What can end a call before its work does. */
export type BoundsEnd = 'aborted' | 'timeout';

/**
 * What one call's caller set as its end: a signal, a timeout, both or neither. Tells once, in the caller's OTel context,
 * whoever is listening at that moment; to be closed when the call is answered.
 */
export class Bounds {
  /** Hears of the end; whoever comes later has to look at {@link Bounds.end}. */
  onEnd: (end: BoundsEnd) => void = () => {};
  end: BoundsEnd | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly timeoutMillis: number;
  /** When the call was made, by the clock. */
  readonly madeAt: number;
  readonly #timer: DeadlineTimer;
  readonly #context = context.active();
  readonly #entry: TimerEntry | undefined;
  readonly #onAbort = (): void => this.#reach('aborted');

  constructor(signal: AbortSignal | undefined, timeoutMillis: number, madeAt: number, timer: DeadlineTimer) {
    this.#signal = signal;
    this.timeoutMillis = timeoutMillis;
    this.madeAt = madeAt;
    this.#timer = timer;
    if (timeoutMillis < Infinity) this.#entry = timer.set(timeoutMillis, () => this.#reach('timeout'));
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** Whether there is a signal of the caller's own. */
  get hasSignal(): boolean {
    return this.#signal !== undefined;
  }

  /** What the caller aborted with. */
  get reason(): unknown {
    return this.#signal?.reason;
  }

  close(): void {
    if (this.#entry) this.#timer.clear(this.#entry);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  #reach(end: BoundsEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    context.with(this.#context, () => this.onEnd(end));
  }
}
