import {
  type Attributes,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type SpanProcessor, type TracerConfig } from '@opentelemetry/sdk-trace-base';
import type { EndingSpan, ReadableSpan, SpanResource } from '../../src/sla/span.ts';
import { SPAN_KINDS, type SpanKindName } from '../../src/sla/span-kind.ts';

/** When spans of these tests end, unless they say otherwise: the middle of a slot of five seconds. */
export const NOW: number = Date.UTC(2026, 0, 15, 12, 0, 2, 500);

const STATUS = { unset: 0, ok: 1, error: 2 } as const;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const LOCAL_PARENT = { traceId: TRACE_ID, spanId: '00f067aa0ba902b7', traceFlags: TraceFlags.SAMPLED };
const REMOTE_PARENT = { ...LOCAL_PARENT, isRemote: true };
const resources = new Map<string, SpanResource>();

/** What a test says of a span; the rest is that of a root server span of the service `shop` that took 10 ms. */
export interface SpanParts {
  name?: string;
  kind?: SpanKindName;
  attributes?: Attributes;
  status?: keyof typeof STATUS;
  durationMillis?: number;
  endMillis?: number;
  parent?: 'none' | 'remote' | 'local';
  events?: ReadableSpan['events'];
  service?: string;
  traceId?: string;
  sampled?: boolean;
}

/** A finished span. */
export function span(parts: SpanParts = {}): ReadableSpan {
  const {
    name = 'GET',
    kind = 'server',
    attributes = {},
    status = 'unset',
    durationMillis = 10,
    endMillis = NOW,
  } = parts;
  const { parent = 'none', events = [], service = 'shop', traceId = TRACE_ID, sampled = true } = parts;
  return {
    name,
    kind: SPAN_KINDS.indexOf(kind),
    attributes,
    status: { code: STATUS[status] },
    startTime: hrTime(endMillis - durationMillis),
    endTime: hrTime(endMillis),
    duration: hrTime(durationMillis),
    events,
    resource: resourceOf(service),
    spanContext: () => ({ traceId, spanId: '53995c3f42cd8ad8', traceFlags: Number(sampled) }),
    ...(parent !== 'none' && { parentSpanContext: parent === 'remote' ? REMOTE_PARENT : LOCAL_PARENT }),
  };
}

/** A span that is about to end, and what is written on it. */
export function endingSpan(
  parts: SpanParts = {},
): EndingSpan & { readonly written: { name: string; attributes: Attributes }[] } {
  const written: { name: string; attributes: Attributes }[] = [];
  const ending = span(parts);
  return {
    ...ending,
    written,
    addEvent: (name, attributes = {}) => written.push({ name, attributes }),
    setAttribute: (key, value) => (ending.attributes[key] = value),
  };
}

/** Both parts of a time: whole seconds, and the rest in nanoseconds. */
export function hrTime(millis: number): HrTime {
  const seconds = Math.trunc(millis / 1000);
  return [seconds, Math.round((millis - seconds * 1000) * 1e6)];
}

/** A tracer of the real SDK for the service `shop`, with these processors in this order. */
export function tracerWith(spanProcessors: SpanProcessor[], config: Omit<TracerConfig, 'spanProcessors'> = {}): Tracer {
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  return new BasicTracerProvider({ resource, ...config, spanProcessors }).getTracer('test');
}

/** One request as an application makes it: a root server span of 10 ms that ended at {@link NOW} or when it says. */
export function request(
  tracer: Tracer,
  name = 'GET',
  { endMillis = NOW, durationMillis = 10 }: Pick<SpanParts, 'endMillis' | 'durationMillis'> = {},
): void {
  tracer.startSpan(name, { kind: SpanKind.SERVER, startTime: endMillis - durationMillis }, ROOT_CONTEXT).end(endMillis);
}

/** A context whose span came over the wire. */
export function remoteContext(sampled: boolean): typeof ROOT_CONTEXT {
  return trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE_PARENT, traceFlags: Number(sampled) });
}

function resourceOf(service: string): SpanResource {
  let resource = resources.get(service);
  if (!resource) resources.set(service, (resource = { attributes: { 'service.name': service } }));
  return resource;
}
