/** SDK 2.x, under the names that the suite uses. */
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';

export { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
export { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
export { resourceFromAttributes } from '@opentelemetry/resources';
export { MeterProvider, type MetricProducer, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
export { NodeSDK } from '@opentelemetry/sdk-node';
export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider as TracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type Span,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

export function batch(exporter: SpanExporter): BatchSpanProcessor {
  return new BatchSpanProcessor(exporter);
}

export function simple(exporter: SpanExporter): SimpleSpanProcessor {
  return new SimpleSpanProcessor(exporter);
}

/** API 1.9 has no logs; those of `@opentelemetry/api-logs` are another API. */
export const hasLogs: boolean = false;

export function logProcessors(_url: string): [] {
  return [];
}
