import { type Span, SpanKind } from '@opentelemetry/api';

/** Where the span of a call is put as soon as there is one. */
export interface SpanSlot {
  span: Span | undefined;
}

let sending: SpanSlot | undefined;

/** Calls `send`; the client span that an instrumentation starts in there, synchronously, is the span of the call. */
export function capturingSpan<T>(slot: SpanSlot, send: () => T): T {
  const outer = sending;
  sending = slot.span === undefined ? slot : undefined;
  try {
    return send();
  } finally {
    sending = outer;
  }
}

/** A span has started: to be called for every one. */
export function spanStarted(span: unknown): void {
  if (sending === undefined || sending.span !== undefined) return;
  if ((span as { kind?: unknown }).kind === SpanKind.CLIENT) sending.span = span as Span;
}
