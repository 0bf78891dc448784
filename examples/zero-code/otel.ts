/** The OpenTelemetry set-up that a team has already: nothing in it is about resilience. */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { envDetector } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ConsoleSpanExporter, SimpleSpanProcessor, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

new NodeSDK({
  serviceName: 'checkout',
  resourceDetectors: [envDetector],
  // No trace is exported here; every request counts all the same.
  sampler: new TraceIdRatioBasedSampler(0),
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())],
  metricReaders: [new PrometheusExporter({ host: 'localhost', port: 9469 })],
  logRecordProcessors: [],
  instrumentations: [
    new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => url === '/metrics' }),
    new UndiciInstrumentation({ ignoreRequestHook: ({ path }) => path !== '/stock' }),
  ],
}).start();
