import { type Span, SpanKind, trace } from '@opentelemetry/api';

/** Where the span of a call is put as soon as there is one. */
export interface SpanSlot {
  span: Span | undefined;
}

let sending: SpanSlot | undefined;
let latest: Span | undefined;

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
  if ((span as { kind?: unknown }).kind !== SpanKind.CLIENT) return;
  if (sending === undefined) latest = span as Span;
  else sending.span ??= span as Span;
}

/**
 * The client span that was started last, while nothing was sent by us, where it is of the instrumentation of that name,
 * runs, and has the active span as its parent: what an instrumentation has just started that calls us without making its
 * span the active one. It is told once.
 */
export function takeLatestSpan(instrumentation: string): Span | undefined {
  const span: (Span & Partial<StartedSpan>) | undefined = latest;
  if (span === undefined) return undefined;
  latest = undefined;
  const scope = span.instrumentationScope ?? span.instrumentationLibrary;
  if (scope?.name !== instrumentation || span.ended === true) return undefined;
  const parent = span.parentSpanContext?.spanId ?? span.parentSpanId;
  return parent === trace.getActiveSpan()?.spanContext().spanId ? span : undefined;
}

/** What both lines of the SDK give its processors, as far as it is read here. */
interface StartedSpan {
  readonly instrumentationScope: { readonly name: string };
  readonly instrumentationLibrary: { readonly name: string };
  readonly parentSpanContext: { readonly spanId: string };
  readonly parentSpanId: string;
  readonly ended: boolean;
}
