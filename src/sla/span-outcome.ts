import type { Attributes } from '@opentelemetry/api';
import { httpMethod, httpStatus, text } from './attributes.ts';
import type { Outcome } from './options.ts';
import type { ReadableSpan } from './span.ts';

const ERROR = 2;

const GRPC_CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
const SERVER_FAILED = ['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'];

/** What a gRPC server's code says, written as a number, as digits or by name. */
const GRPC_OUTCOMES: ReadonlyMap<unknown, Outcome> = new Map(
  GRPC_CODES.flatMap((name, number) => {
    const outcome = name === 'CANCELLED' ? 'ignored' : SERVER_FAILED.includes(name) ? 'failure' : 'success';
    return [number, String(number), name].map((each): [unknown, Outcome] => [each, outcome]);
  }),
);
/** How the end of a call that its caller gave up on is named: DOM, Node, gRPC, axios. */
const CANCELLED: ReadonlySet<unknown> = new Set([
  'AbortError',
  'ABORT_ERR',
  'CANCELLED',
  'cancelled',
  'CanceledError',
  'ERR_CANCELED',
]);
const TOO_MANY_REQUESTS = 429;
const CLIENT_CLOSED_REQUEST = 499;

/**
 * Said by a guard of ours on a span whose call was refused before it was sent. A deadline also cuts calls that were sent;
 * its outcome tells.
 */
const NEVER_SENT: ReadonlySet<unknown> = new Set(['bulkhead.rejected', 'deadline.exceeded']);
const REFUSED = 'rejected';

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
    const outcome = outcomeOfGrpc(attributes);
    if (outcome === 'ignored' || (outcome !== undefined && !outgoing)) return outcome;
  }
  if (outgoing && hasEvent(span, isRefusal)) return 'ignored';
  return failed ? outcomeOfError(span, attributes, outgoing) : 'success';
}

/** Whether a span can be a failure at all; a quick look that says yes too often, never no too often. */
export function mayHaveFailed(span: ReadableSpan, attributes: Attributes): boolean {
  if (span.status?.code === ERROR) return true;
  const status = attributes['http.response.status_code'];
  return typeof status !== 'number' || status >= 400 || attributes['http.request.method'] === undefined;
}

function outcomeOfHttpError(status: number, outgoing: boolean, clientErrors: Outcome): Outcome {
  if (status >= 500 || (status === TOO_MANY_REQUESTS && outgoing)) return 'failure';
  return status === CLIENT_CLOSED_REQUEST && !outgoing ? 'ignored' : clientErrors;
}

/** `undefined` where there is no code of gRPC's; other systems use the same key for codes of their own. */
function outcomeOfGrpc(attributes: Attributes): Outcome | undefined {
  const given = attributes['rpc.grpc.status_code'] ?? attributes['rpc.response.status_code'];
  if (given === undefined) return undefined;
  const system = text(attributes['rpc.system.name']) ?? text(attributes['rpc.system']) ?? 'grpc';
  return system === 'grpc' ? GRPC_OUTCOMES.get(given) : undefined;
}

/** A call whose caller gave up on it says nothing about the dependency. */
function outcomeOfError(span: ReadableSpan, attributes: Attributes, outgoing: boolean): Outcome {
  if (CANCELLED.has(attributes['error.type'])) return 'ignored';
  return outgoing && hasEvent(span, isCancellation) ? 'ignored' : 'failure';
}

type SpanEvent = ReadableSpan['events'][number];

function isRefusal({ name, attributes }: SpanEvent): boolean {
  return NEVER_SENT.has(name) && (attributes?.['resilience.outcome'] ?? REFUSED) === REFUSED;
}

function isCancellation({ name, attributes }: SpanEvent): boolean {
  return name === 'exception' && CANCELLED.has(attributes?.['exception.type']);
}

function hasEvent({ events }: ReadableSpan, isIt: (event: SpanEvent) => boolean): boolean {
  return Boolean(events) && events.some(isIt);
}
