import type { CallGuard } from './call-guard.ts';

/** A timeout follows up to 4 calls at once by default: half of the slots, at the most, are theirs. */
const LEAST_SLOTS = 8;

/**
 * Whether a call that timed out may run on for a while, unseen by its caller: the timeout learns from its end, and what it
 * keeps of its compartment is not missed.
 */
export function mayBeFollowed({ parts: { bulkhead, timeout, timeoutMillis } }: CallGuard): boolean {
  if (timeout === undefined || timeoutMillis !== undefined) return false;
  return bulkhead === undefined || bulkhead().snapshot().maxConcurrent >= LEAST_SLOTS;
}
