import { DurationHistogram } from '../stats/duration-histogram.ts';
import type { BulkheadState } from './compartment.ts';
import type { RejectionReason } from './errors.ts';
import type { CallOutcome } from './outcome.ts';

/** How often a bulkhead went from one state to another. */
export interface TransitionCount {
  readonly from: BulkheadState;
  readonly to: BulkheadState;
  readonly count: number;
}

/** How calls ended: each exactly once, when its caller was answered. Since the bulkhead was made. */
export interface CallCounts extends Readonly<Record<CallOutcome, number>> {
  readonly rejected: Readonly<Record<RejectionReason, number>>;
}

/** The books of one bulkhead. Everything only grows. */
export class Tally {
  success = 0;
  failure = 0;
  timeout = 0;
  cancelled = 0;
  readonly rejected: Record<RejectionReason, number> = {
    full: 0,
    queue_timeout: 0,
    isolated: 0,
    recovering: 0,
    shutdown: 0,
  };
  /** How often a listener or `isFailure` threw. */
  thrown = 0;
  /** The wait of every call that was in the queue, however it left it. */
  readonly queueDuration: DurationHistogram = new DurationHistogram();
  /** How long every slot was held: until the work ended, not until the caller was answered. */
  readonly runDuration: DurationHistogram = new DurationHistogram();
  readonly #transitions = new Map<string, { from: BulkheadState; to: BulkheadState; count: number }>();

  turned(from: BulkheadState, to: BulkheadState): void {
    const key = `${from} ${to}`;
    const found = this.#transitions.get(key);
    if (found) found.count++;
    else this.#transitions.set(key, { from, to, count: 1 });
  }

  transitions(): TransitionCount[] {
    return [...this.#transitions.values()].map((each) => ({ ...each }));
  }

  calls(): CallCounts {
    const { success, failure, timeout, cancelled, rejected } = this;
    return { success, failure, timeout, cancelled, rejected: { ...rejected } };
  }
}
