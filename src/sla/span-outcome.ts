import type { Attributes } from '@opentelemetry/api';
import { code, httpMethod, httpStatus, text } from './attributes.ts';
import type { Outcome } from './options.ts';
import type { ReadableSpan } from './span.ts';

const ERROR = 2;

/** gRPC codes that mean the server failed: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const GRPC_FAILURES: ReadonlySet<unknown> = new Set<unknown>([
  2,
  4,
  12,
  13,
  14,
  15,
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);
/** How the end of a call that its caller gave up on is named: DOM, Node, gRPC, axios. */
const CANCELLED: ReadonlySet<unknown> = new Set([
  'AbortError',
  'ABORT_ERR',
  'CANCELLED',
  'cancelled',
  'CanceledError',
  'ERR_CANCELED',
]);
const GRPC_CANCELLED = 1;
const TOO_MANY_REQUESTS = 429;
const CLIENT_CLOSED_REQUEST = 499;

/** Said by a guard of ours on a span whose call was refused before it was sent. */
const NEVER_SENT: ReadonlySet<string> = new Set(['bulkhead.rejected']);

/**
 * Whether a finished request was good. A protocol's own code is believed before the span's status, for instrumentations
 * set ERROR on a client's span from 400 up.
 */
export function outcomeOf(
  span: ReadableSpan,
  attributes: Attributes,
  outgoing: boolean,
  clientErrors: Outcome,
): Outcome {
  const failed = span.status?.code === ERROR;
  if (httpMethod(attributes) !== undefined) {
    const status = httpStatus(attributes);
    if (status >= 400) return outcomeOfHttpError(status, outgoing, clientErrors);
  } else {
    const grpc = attributes['rpc.grpc.status_code'] ?? attributes['rpc.response.status_code'];
    if (grpc !== undefined && (!outgoing || isCancelled(grpc))) return outcomeOfGrpc(grpc);
  }
  return failed ? outcomeOfError(span, attributes, outgoing) : 'success';
}

function outcomeOfHttpError(status: number, outgoing: boolean, clientErrors: Outcome): Outcome {
  if (status >= 500 || (status === TOO_MANY_REQUESTS && outgoing)) return 'failure';
  return status === CLIENT_CLOSED_REQUEST ? 'ignored' : clientErrors;
}

function outcomeOfGrpc(grpc: unknown): Outcome {
  if (isCancelled(grpc)) return 'ignored';
  return GRPC_FAILURES.has(grpc) || GRPC_FAILURES.has(code(grpc)) ? 'failure' : 'success';
}

function isCancelled(grpc: unknown): boolean {
  return CANCELLED.has(grpc) || code(grpc) === GRPC_CANCELLED;
}

function outcomeOfError(span: ReadableSpan, attributes: Attributes, outgoing: boolean): Outcome {
  if (CANCELLED.has(attributes['error.type'])) return 'ignored';
  return outgoing && neverJudged(span) ? 'ignored' : 'failure';
}

/** An outgoing call that we refused ourselves, or whose caller cancelled it, says nothing about the dependency. */
function neverJudged(span: ReadableSpan): boolean {
  const events = span.events ?? [];
  return events.some(
    ({ name, attributes }) =>
      NEVER_SENT.has(name) || (name === 'exception' && CANCELLED.has(text(attributes?.['exception.type']))),
  );
}
