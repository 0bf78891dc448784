/**
 * The whole of it around one function: bulkhead, timeout, events on the active span, metrics, and an SLA that does not
 * blame the dependency for what was never sent.
 *
 *     npm run build && node examples/guard.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  activeSignal,
  AdaptiveTimeout,
  Bulkhead,
  guard,
  GuardMetrics,
  SlaSpanProcessor,
} from 'opentelemetry-resilience';

// A server that hangs on every second charge.
let charges = 0;
const server = createServer((_request, response) => {
  if (++charges % 2 === 1) response.end('charged');
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/charge`;

const bulkhead = new Bulkhead({ name: 'payment', maxConcurrent: 4, failureThreshold: 2, isolationThreshold: 4 });
const timeout = new AdaptiveTimeout({ initial: '150ms', watch: 0 });
const guards = new GuardMetrics({ bulkheads: [bulkhead], timeouts: [timeout] });
const sla = new SlaSpanProcessor({ objectives: [{ metric: 'availability', target: 0.99, minEvents: 5 }] });
const prometheus = new PrometheusExporter({ preventServerStart: true, metricProducers: [guards.metricProducer] });
const exporter = new InMemorySpanExporter();
const [spanProcessors, metricReaders] = [[sla, new SimpleSpanProcessor(exporter)], [prometheus]];
const sdk = new NodeSDK({ serviceName: 'shop', autoDetectResources: false, spanProcessors, metricReaders });
sdk.start();

const charge = guard(
  async (order: number): Promise<string> => {
    const attributes = { 'server.address': 'payment' };
    const span = trace.getTracer('shop').startSpan('POST', { kind: SpanKind.CLIENT, attributes });
    try {
      return await (await fetch(`${url}?order=${order}`, { signal: activeSignal() ?? null })).text();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  },
  { operation: 'POST /charge', bulkhead, timeout },
);

for (let order = 1; order <= 12; order++)
  await trace.getTracer('shop').startActiveSpan('POST /orders', { kind: SpanKind.SERVER }, async (span) => {
    const result = await charge(order).catch((error: Error & { code?: string }) => error.code);
    if (result !== 'charged') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    const events = exporter
      .getFinishedSpans()
      .at(-1)
      ?.events.map(({ name }) => name);
    console.log(`order ${order}: ${result}`, events);
  });

const { services } = sla.tracker.report();
console.table(services, ['service', 'requests', 'failures', 'status']);
const { resourceMetrics } = await prometheus.collect();
const wanted = /^resilience_(bulkhead|timeout)_(calls_total|state).* [1-9]/;
const lines = new PrometheusSerializer().serialize(resourceMetrics).split('\n');
for (const line of lines.filter((each) => wanted.test(each))) console.log(line.replace(/,otel_scope_name="[^"]*"/, ''));

await sdk.shutdown();
server.closeAllConnections();
server.close();
