/**
 * OpenTelemetry for one service. Load it before the service, so that the instrumentations come first:
 *
 *     OTEL_SERVICE_NAME=payment OTEL_RESILIENCE_CONFIG=resilience/payment.yaml node --import ./telemetry.ts payment.ts
 */
import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { envDetector } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { createResilience, loadConfig, type Resilience } from 'opentelemetry-resilience';
import { peerName } from './peers.ts';

// In production: WARN. Here every objective would warn that its window is short for an alert on its burn rate.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.ERROR);

// From the file that OTEL_RESILIENCE_CONFIG names: what is promised, and what guards the calls.
export const resilience: Resilience = createResilience(await loadConfig());

export const sdk: NodeSDK = new NodeSDK({
  // Without the host detector: it looks its id up in the background, and the Prometheus exporter, which does not wait for
  // it, logs an error at every scrape.
  resourceDetectors: [envDetector],
  // One trace in ten would be exported; the SLA still counts every request.
  sampler: resilience.sampler(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) })),
  spanProcessors: [
    resilience.spanProcessor,
    // With a collector, the exporter goes here, beside ours:
    // new BatchSpanProcessor(new OTLPTraceExporter()),
  ],
  metricReaders: [
    // The port comes from OTEL_EXPORTER_PROMETHEUS_PORT.
    new PrometheusExporter({ host: '127.0.0.1', metricProducers: [resilience.metricProducer] }),
  ],
  // The shop writes no log records; left out, the SDK would send them to a collector on localhost.
  logRecordProcessors: [],
  instrumentations: [
    // A scrape is not a request of the shop.
    new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => url === '/metrics' }),
    new UndiciInstrumentation({
      startSpanHook: ({ origin }) => {
        const peer = peerName(origin);
        return peer === undefined ? {} : { 'peer.service': peer };
      },
    }),
  ],
});

sdk.start();
