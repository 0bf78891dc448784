import type { BulkheadState } from './compartment.ts';
import type { RejectionReason } from './errors.ts';

/** A compartment went from one state to another. */
export interface BulkheadTransition {
  /** The bulkhead's name. */
  readonly bulkhead: string;
  readonly from: BulkheadState;
  readonly to: BulkheadState;
  /** Failures in the window that led to it; 0 where it was none of their doing. */
  readonly failures: number;
  /** When `to` is isolated: after so long the first probe may enter. */
  readonly retryAfterMillis?: number | undefined;
}

/**
 * What happens to a bulkhead's calls, told synchronously in the async context of the call it is about; a transition in
 * that of the call which caused it, or of nobody where time did.
 */
export type BulkheadEvent =
  | {
      readonly kind: 'queued';
      readonly bulkhead: string;
      readonly state: BulkheadState;
      /** How many wait, this one included. */
      readonly queued: number;
    }
  | {
      /** A call that had to wait was let in. */
      readonly kind: 'granted';
      readonly bulkhead: string;
      readonly queuedMillis: number;
    }
  | {
      readonly kind: 'rejected';
      readonly bulkhead: string;
      readonly state: BulkheadState;
      readonly reason: RejectionReason;
      readonly retryAfterMillis?: number | undefined;
      /** How long it had waited; absent where it did not. */
      readonly queuedMillis?: number | undefined;
    }
  | ({ readonly kind: 'transition' } & BulkheadTransition);

/** Hears of a bulkhead's events. What it throws is counted and goes no further. */
export type BulkheadListener = (event: BulkheadEvent) => void;
