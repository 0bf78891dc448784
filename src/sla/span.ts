/**
 * The parts of OpenTelemetry's trace interfaces that this package uses, as structural types: what the SDK's own types,
 * 2.x and 3.x, are assignable to. A type test holds them against both.
 */
import type {
  Attributes,
  Context,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
  TimeInput,
  TraceState,
} from '@opentelemetry/api';

/** A finished span, as a span processor is given it. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly resource: SpanResource;
}

/** A span's resource. Its attributes may still be resolving. */
export interface SpanResource {
  readonly attributes: Attributes;
  readonly asyncAttributesPending?: boolean;
  getRawAttributes?(): readonly (readonly [key: string, value: unknown])[];
  waitForAsyncAttributes?(): Promise<void>;
}

/** A span that is about to end and can still be written, as `onEnding` is given it. */
export interface EndingSpan extends ReadableSpan {
  addEvent(name: string, attributes?: Attributes, time?: TimeInput): unknown;
  setAttribute(key: string, value: string | number | boolean): unknown;
}

/** OpenTelemetry's sampler. */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  toString(): string;
}

/** A sampler's answer: 0 drop, 1 record but do not export, 2 record and export. */
export interface SamplingResult {
  readonly decision: 0 | 1 | 2;
  readonly attributes?: Readonly<Attributes>;
  readonly traceState?: TraceState;
}
