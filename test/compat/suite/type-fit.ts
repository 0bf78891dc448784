/** Compiles only where our structural types and the SDK's own fit each other. Never run. */
import { SpanStatusCode } from '@opentelemetry/api';
import {
  createResilience,
  type EndingSpan,
  GuardMetrics,
  type MetricProducer,
  recordAll,
  SlaSpanProcessor,
} from 'opentelemetry-resilience';
import type { ReadableSpan, Sampler, SamplingResult } from 'opentelemetry-resilience';
import { SlaTracker } from 'opentelemetry-resilience/sla';
import * as sdk from './sdk.ts';

export const processor: sdk.SpanProcessor = new SlaSpanProcessor();
export const ofTracker: sdk.SpanProcessor = new SlaSpanProcessor(new SlaTracker());
export const producer: sdk.MetricProducer = new SlaSpanProcessor().metricProducer;
export const guardProducer: sdk.MetricProducer = new GuardMetrics({ meterProvider: new sdk.MeterProvider() })
  .metricProducer;
export const declaredProducer = (ours: MetricProducer): sdk.MetricProducer => ours;

const resilience = createResilience();
export const nodeSdks: ConstructorParameters<typeof sdk.NodeSDK>[0][] = [
  { instrumentations: [resilience.instrumentation] },
  { spanProcessors: [resilience.spanProcessor], sampler: resilience.sampler(new sdk.AlwaysOnSampler()) },
];
export const wiredProducer: sdk.MetricProducer = resilience.metricProducer;

export const samplers: sdk.Sampler[] = [
  recordAll(new sdk.AlwaysOnSampler()),
  recordAll(recordAll(new sdk.AlwaysOffSampler())),
  recordAll(new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(0.01) })),
  new sdk.ParentBasedSampler({
    root: recordAll(new sdk.TraceIdRatioBasedSampler(0.01)),
    remoteParentNotSampled: recordAll(new sdk.AlwaysOffSampler()),
  }),
];
export const theirSampler = (sampler: sdk.Sampler): Sampler => sampler;
export const theirDecision = (sampled: ReturnType<sdk.Sampler['shouldSample']>): SamplingResult => sampled;

export const finished = (span: sdk.ReadableSpan): ReadableSpan => span;
export const ending = (span: sdk.Span): EndingSpan => span;

/** Hooks may be written in the SDK's terms. */
export const hooked: SlaSpanProcessor = new SlaSpanProcessor({
  classify: (span: Pick<sdk.ReadableSpan, 'status'>) =>
    span.status.code === SpanStatusCode.ERROR ? 'failure' : undefined,
  identify: ({ name, resource }) => ({ service: String(resource.attributes['service.namespace']), operation: name }),
  meterProvider: new sdk.MeterProvider(),
});

export const nodeSdk: sdk.NodeSDK = new sdk.NodeSDK({
  sampler: recordAll(new sdk.AlwaysOnSampler()),
  spanProcessors: [hooked],
  metricReaders: [
    new sdk.PrometheusExporter({ preventServerStart: true, metricProducers: [hooked.metricProducer] }),
    new sdk.PeriodicExportingMetricReader({
      exporter: new sdk.OTLPMetricExporter(),
      metricProducers: [hooked.metricProducer],
    }),
  ],
});
export const bare: sdk.TracerProvider = new sdk.TracerProvider({ spanProcessors: [hooked] });
