import { type Attributes, type HrTime, SpanKind, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanResource } from '../../sla/span.ts';

/** What a file says of a span; times in nanoseconds since the epoch, as far as they are numbers. */
export interface SpanRecord {
  readonly name: string;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** Whether the parent is in another process. */
  readonly isParentRemote: boolean;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly isError: boolean;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly resource: SpanResource;
}

/** A span as a processor is given it. */
export function readable(record: SpanRecord): ReadableSpan {
  const { name, kind, traceId, spanId, parentSpanId, startTime, endTime, attributes, events, resource } = record;
  const status: SpanStatus = { code: record.isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET };
  return {
    name,
    kind,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    ...(parentSpanId !== undefined && {
      parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: 1, isRemote: record.isParentRemote },
    }),
    startTime,
    endTime,
    duration: between(startTime, endTime),
    status,
    attributes,
    events,
    resource,
  };
}

export const KIND_NAMES: Readonly<Record<string, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

function between(start: HrTime, end: HrTime): HrTime {
  const [seconds, nanos] = [end[0] - start[0], end[1] - start[1]];
  return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of an array; nothing of what is none. */
export function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
