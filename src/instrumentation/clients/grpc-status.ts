import { DeadlineExceededError } from '../../errors.ts';
import type { Progress } from './call-guard.ts';
import type { GrpcStatus } from './grpc-package.ts';

export const CANCELLED = 1;
const INTERNAL = 13;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;

/** The codes that speak against a server, as SLAs count them, and the one by which it says that it has too much to do. */
const FAILURES: ReadonlySet<number> = new Set([
  UNKNOWN,
  DEADLINE_EXCEEDED,
  RESOURCE_EXHAUSTED,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
]);

/** What the package says with CANCELLED where the stream was reset by the other side, or the connection was lost. */
const RESET = 'Call cancelled';
/** What the package says of a request that it could not write, or that is larger than the caller lets it be. */
const NEVER_LEFT = /^(?:Request message serialization failure|Attempted to send message )/;

/**
 * The code for an error of a guard; `undefined` where it is none. What was refused was never sent, and may be tried again
 * later: UNAVAILABLE, which is also what the circuit breaking of gRPC itself says (gRFC A32).
 */
export function codeOf(error: Error): number | undefined {
  const { code } = error as { code?: unknown };
  if (code === 'BULKHEAD_REJECTED') return UNAVAILABLE;
  return code === 'OPERATION_TIMEOUT' || code === 'DEADLINE_EXCEEDED' ? DEADLINE_EXCEEDED : undefined;
}

/** The code for what making a call threw after it had waited: its channel was closed meanwhile, or an interceptor failed. */
export function codeOfThrown(message: string): number {
  return message === 'Channel has been shut down' ? UNAVAILABLE : INTERNAL;
}

/** Tells a guard how its call ended. @param isLate - whether the deadline that the caller gave the call has passed. */
export function tellEnd(progress: Progress, operation: string, status: GrpcStatus, isLate: boolean): void {
  const { code, details } = status;
  if (NEVER_LEFT.test(details) || (code === CANCELLED && details !== RESET)) progress.cancelled();
  else if (code === DEADLINE_EXCEEDED && isLate)
    progress.ended(new DeadlineExceededError(`${operation}: the deadline of the call passed`, 0, false));
  else progress.ended(code === CANCELLED || FAILURES.has(code) ? status : undefined);
}
