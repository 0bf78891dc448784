/** SDK 3.x, under the names that the suite uses. */
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace';

export { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
export { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
export { resourceFromAttributes } from '@opentelemetry/resources';
export { MeterProvider, type MetricProducer, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
export { NodeSDK } from '@opentelemetry/sdk-node';
export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type Span,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export function batch(exporter: SpanExporter): BatchSpanProcessor {
  return new BatchSpanProcessor({ exporter });
}

export function simple(exporter: SpanExporter): SimpleSpanProcessor {
  return new SimpleSpanProcessor({ exporter });
}

/** API 1.10 has logs. */
export const hasLogs: boolean = true;

export function logProcessors(url: string): SimpleLogRecordProcessor[] {
  return [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url }) })];
}
