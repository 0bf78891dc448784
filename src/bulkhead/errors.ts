import { ResilienceError } from '../errors.ts';
import type { BulkheadState } from './compartment.ts';

/**
 * Why a bulkhead did not let a call in: every slot and every place in the queue was taken; it waited as long as it may;
 * the compartment is isolated, or recovering with as many probes as it dares; it was shut down.
 */
export type RejectionReason = 'full' | 'queue_timeout' | 'isolated' | 'recovering' | 'shutdown';

/** Every {@link RejectionReason}. */
export const REJECTION_REASONS: readonly RejectionReason[] = [
  'full',
  'queue_timeout',
  'isolated',
  'recovering',
  'shutdown',
];

const MESSAGES: Readonly<Record<RejectionReason, string>> = {
  full: 'every slot is taken, and so is every place in the queue',
  queue_timeout: 'no slot was free in time',
  isolated: 'too many calls failed, nobody is let in for a while',
  recovering: 'it is recovering, and as many probes are under way as it lets in',
  shutdown: 'it was shut down',
};

/** The work was never started. `code` is `BULKHEAD_REJECTED`. */
export class BulkheadRejectedError extends ResilienceError {
  readonly reason: RejectionReason;
  /** The bulkhead's name. */
  readonly bulkhead: string;
  /** Its state at that moment. */
  readonly state: BulkheadState;
  /** After so long the first probe may enter; only where it is isolated. */
  readonly retryAfterMillis?: number;

  constructor(rejection: Rejection) {
    const { reason, bulkhead, state, retryAfterMillis, message = MESSAGES[reason] } = rejection;
    super('BULKHEAD_REJECTED', `bulkhead '${bulkhead}': ${message}`);
    this.reason = reason;
    this.bulkhead = bulkhead;
    this.state = state;
    if (retryAfterMillis !== undefined) this.retryAfterMillis = retryAfterMillis;
  }
}

/** What a {@link BulkheadRejectedError} tells. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly bulkhead: string;
  readonly state: BulkheadState;
  readonly retryAfterMillis?: number | undefined;
  /** Where the reason alone does not say it. */
  readonly message?: string | undefined;
}

/**
 * The `timeout` of a call to `run` expired while its work was running. The work keeps its slot until it ends. `code` is
 * `OPERATION_TIMEOUT`.
 */
export class BulkheadTimeoutError extends ResilienceError {
  /** The bulkhead's name. */
  readonly operation: string;
  readonly timeoutMillis: number;
  /** Since the call was made, its wait in the queue included. */
  readonly elapsedMillis: number;

  constructor(bulkhead: string, timeoutMillis: number, elapsedMillis: number) {
    super('OPERATION_TIMEOUT', `bulkhead '${bulkhead}': the call took longer than ${timeoutMillis} ms`);
    this.operation = bulkhead;
    this.timeoutMillis = timeoutMillis;
    this.elapsedMillis = elapsedMillis;
  }
}
