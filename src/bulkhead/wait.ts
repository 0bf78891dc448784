import type { Bounds, BoundsEnd } from './bounds.ts';
import type { RejectionReason } from './errors.ts';
import { Waiter } from './wait-queue.ts';

/** How a wait ended. */
export type WaitEnd = 'granted' | 'aborted' | Exclude<RejectionReason, 'full' | 'recovering'>;

/**
 * One call's wait for a slot. Whoever frees the slot only settles the promise; what comes after runs in the continuation
 * of the one who awaits it, and so in the async context of the call that waits.
 */
export class Wait extends Waiter {
  readonly done: Promise<WaitEnd>;
  /** Since when, by the clock. */
  readonly from: number;
  /** The bounds of the whole call. */
  readonly bounds: Bounds | undefined;
  /** The bounds of the wait alone. */
  readonly own: Bounds | undefined;
  #settle!: (end: WaitEnd) => void;

  constructor(priority: number, from: number, bounds: Bounds | undefined, own: Bounds | undefined) {
    super(priority);
    this.from = from;
    this.bounds = bounds;
    this.own = own;
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Hears when either of the bounds is reached. */
  set onEnd(listener: (end: BoundsEnd) => void) {
    if (this.bounds) this.bounds.onEnd = listener;
    if (this.own) this.own.onEnd = listener;
  }

  /** Which bounds were reached. */
  get end(): BoundsEnd | undefined {
    return this.bounds?.end ?? this.own?.end;
  }

  /** What the caller, or the guard around it, aborted with. */
  get reason(): unknown {
    return this.bounds?.end === undefined ? this.own?.reason : this.bounds.reason;
  }

  settle(end: WaitEnd): void {
    this.#settle(end);
  }
}
