import { SpanKind } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Objective } from '../src/index.ts';

/** A service with three promises, the way most begin. */
export const OBJECTIVES: Objective[] = [
  { service: 'checkout', metric: 'availability', target: 0.999 },
  { service: 'checkout', metric: 'response_time', target: '300ms' },
  { service: 'checkout', metric: 'error_rate', target: 0.01 },
];

/** The four attributes of a server span; a new object each time, as an instrumentation makes one. */
export function fourAttributes(): {
  'http.request.method': string;
  'http.route': string;
  'url.scheme': string;
  'http.response.status_code': number;
} {
  return {
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
    'url.scheme': 'http',
    'http.response.status_code': 200,
  };
}

/** A tracer that gives its spans to these processors. */
export function tracerWith(...spanProcessors: SpanProcessor[]): ReturnType<BasicTracerProvider['getTracer']> {
  const resource = resourceFromAttributes({ 'service.name': 'checkout' });
  return new BasicTracerProvider({ resource, spanProcessors }).getTracer('bench');
}

/** A processor that does nothing, so that a bare span is not spared the call. */
export const idle: SpanProcessor = {
  onStart() {},
  onEnding() {},
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/** Real finished spans over twenty routes. */
export function finishedSpans(count: number): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const tracer = tracerWith({ ...idle, onEnd: (span) => void spans.push(span) });
  for (let index = 0; index < count; index++) {
    const span = tracer.startSpan('GET', {
      kind: SpanKind.SERVER,
      attributes: { ...fourAttributes(), 'http.route': `/orders/${index % 20}` },
    });
    span.end();
  }
  return spans;
}
