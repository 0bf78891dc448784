import { type Attributes, type Context, context, createContextKey, type Span, trace } from '@opentelemetry/api';
import type { BulkheadEvent } from '../bulkhead/events.ts';
import type { TimeoutEvent } from '../timeout/events.ts';
import { ATTRIBUTE as KEY, EVENT } from './names.ts';

const CALL_SPAN = createContextKey('opentelemetry-resilience call span');

/** Calls `fn` in a context in which guards write on the span of `call`, as soon as it has one, in place of the active span. */
export function withCallSpan<T>(call: { readonly span: Span | undefined }, around: Context, fn: () => T): T {
  return context.with(around.setValue(CALL_SPAN, call), fn);
}

/** Writes on the active span what a bulkhead did to the call that it is about. */
export function writeBulkheadEvent(event: BulkheadEvent): void {
  if (event.kind === 'granted') return;
  const span = recordingSpan();
  if (span === undefined) return;
  const name = { [KEY.bulkhead]: event.bulkhead };
  switch (event.kind) {
    case 'queued':
      span.addEvent(EVENT.queued, { ...name, [KEY.state]: event.state });
      break;
    case 'rejected':
      span.addEvent(EVENT.rejected, {
        ...name,
        [KEY.guardOutcome]: 'rejected',
        [KEY.reason]: event.reason,
        [KEY.state]: event.state,
        ...retryAfter(event.retryAfterMillis),
      });
      break;
    case 'transition':
      span.addEvent(EVENT.transition, {
        ...name,
        [KEY.stateFrom]: event.from,
        [KEY.stateTo]: event.to,
        ...retryAfter(event.retryAfterMillis),
      });
  }
}

/** Writes on the active span what a timeout did to the call that it is about. */
export function writeTimeoutEvent(event: TimeoutEvent): void {
  if (event.kind === 'late') return;
  const span = recordingSpan();
  if (span === undefined) return;
  const operation = { [KEY.guarded]: event.operation };
  switch (event.kind) {
    case 'exceeded':
      span.addEvent(EVENT.timeout, {
        ...operation,
        [KEY.guardOutcome]: event.mode === 'observe' ? 'would_timeout' : 'timeout',
        [KEY.limit]: event.timeoutMillis / 1000,
        [KEY.elapsed]: event.elapsedMillis / 1000,
      });
      break;
    case 'adjusted':
      span.addEvent(EVENT.adjusted, {
        ...operation,
        [KEY.limitFrom]: event.fromMillis / 1000,
        [KEY.limitTo]: event.toMillis / 1000,
      });
      break;
    case 'deadline':
      writeDeadline(span, event.operation, event.remainingMillis, event.refused);
  }
}

/** Writes on the active span that the deadline refused a call, or cut it. */
export function writeDeadlineEvent(operation: string, remainingMillis: number, refused: boolean): void {
  const span = recordingSpan();
  if (span) writeDeadline(span, operation, remainingMillis, refused);
}

function writeDeadline(span: Span, operation: string, remainingMillis: number, refused: boolean): void {
  span.addEvent(EVENT.deadline, {
    [KEY.guarded]: operation,
    [KEY.guardOutcome]: refused ? 'rejected' : 'timeout',
    [KEY.remaining]: remainingMillis / 1000,
  });
}

function recordingSpan(): Span | undefined {
  const call = context.active().getValue(CALL_SPAN) as { readonly span: Span | undefined } | undefined;
  const span = call?.span ?? trace.getActiveSpan();
  return span?.isRecording() ? span : undefined;
}

function retryAfter(millis: number | undefined): Attributes {
  return millis === undefined ? {} : { [KEY.retryAfter]: millis / 1000 };
}
