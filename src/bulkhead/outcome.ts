/** How a call that was let in, or that gave up waiting, ended. Only `failure` and `timeout` speak against the dependency. */
export type CallOutcome = 'success' | 'failure' | 'timeout' | 'cancelled';

/** Every {@link CallOutcome}. */
export const CALL_OUTCOMES: readonly CallOutcome[] = ['success', 'failure', 'timeout', 'cancelled'];

/**
 * What an error says of the dependency, `undefined` where only the user can tell. Errors are known by code and name, which
 * survive a second copy of whatever made them. What an inner guard refused to start was cancelled as far as this one goes.
 */
export function plainOutcome(error: unknown): 'timeout' | 'cancelled' | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, name, refused } = error as { code?: unknown; name?: unknown; refused?: unknown };
  if (code === 'OPERATION_TIMEOUT' || name === 'TimeoutError') return 'timeout';
  if (code === 'DEADLINE_EXCEEDED') return refused === false ? 'timeout' : 'cancelled';
  if (code === 'BULKHEAD_REJECTED' || name === 'AbortError') return 'cancelled';
  return undefined;
}
