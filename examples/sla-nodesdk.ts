/**
 * NodeSDK with exporters of your own: our processor stands beside them. How a dependency keeps its promise is judged from
 * the client spans of `fetch`, and a span that broke the promise says so where it is exported.
 *
 *     npm run build && node examples/sla-nodesdk.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { SlaSpanProcessor } from 'opentelemetry-resilience';

/** Stands in for the exporter you have: `new OTLPTraceExporter()`. */
const spanExporter: SpanExporter = {
  export(spans, done) {
    console.log(`${spans.length} spans exported; those that broke a promise:`);
    for (const { name, attributes, events } of spans.filter((span) => span.attributes['sla.violated'])) {
      console.log(`  ${name} ${String(attributes['http.response.status_code'])}: ${events.map(describe).join(', ')}`);
    }
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};
/** Stands in for `new OTLPMetricExporter()`. */
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);

const sla = new SlaSpanProcessor({
  objectives: [{ service: 'inventory', metric: 'availability', target: 0.95 }],
});
const sdk = new NodeSDK({
  serviceName: 'storefront',
  // `spanProcessors` replaces what the SDK would make by itself, so your exporter has to be named here as well.
  spanProcessors: [sla, new BatchSpanProcessor(spanExporter)],
  // The metrics take the way that is there already: the SDK's own MeterProvider.
  metricReaders: [new PeriodicExportingMetricReader({ exporter: metricExporter })],
  logRecordProcessors: [],
  instrumentations: [new UndiciInstrumentation({ startSpanHook: () => ({ 'peer.service': 'inventory' }) })],
});
sdk.start();

let calls = 0;
const inventory = createServer((_, response) => void response.writeHead(++calls % 15 === 0 ? 503 : 200).end());
await once(inventory.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(inventory.address() as AddressInfo).port}/stock`;
for (let call = 0; call < 40; call++) await fetch(url).then((response) => response.text());
inventory.close();
await sdk.shutdown();

console.log('\nThe last metrics, exported by the shutdown:');
const wanted = ['sla.requests', 'sla.events', 'sla.compliance_ratio', 'sla.violations'];
const metrics =
  metricExporter
    .getMetrics()
    .at(-1)
    ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
for (const { descriptor, dataPoints } of metrics.filter((metric) => wanted.includes(metric.descriptor.name))) {
  for (const { attributes, value } of dataPoints) {
    console.log(`  ${descriptor.name} ${JSON.stringify(attributes)} ${JSON.stringify(value)}`);
  }
}

function describe({ name, attributes }: { name: string; attributes?: object }): string {
  return `${name} ${JSON.stringify(attributes)}`;
}
