/**
 * Bare providers: a real HTTP server whose spans become service level objectives, and what Prometheus would scrape.
 *
 *     npm run build && node examples/sla-basic.ts
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { SlaSpanProcessor } from 'opentelemetry-resilience';

const sla = new SlaSpanProcessor({
  objectives: [
    { service: 'checkout', metric: 'availability', target: 0.99, minEvents: 100 },
    { service: 'checkout', operation: 'POST /orders', metric: 'response_time', target: '300ms' },
  ],
});

const resource = resourceFromAttributes({ 'service.name': 'checkout' });
const tracerProvider = new BasicTracerProvider({ resource, spanProcessors: [sla] });
const prometheus = new PrometheusExporter({ preventServerStart: true, metricProducers: [sla.metricProducer] });
const meterProvider = new MeterProvider({ resource, readers: [prometheus] });

const tracer = tracerProvider.getTracer('example');
const server = createServer((request, response) => {
  if (request.url === '/metrics') prometheus.getMetricsRequestHandler(request, response);
  else void takeOrder(Number(request.url?.split('/').at(-1)), response);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const statuses = await Promise.all(Array.from({ length: 200 }, (_, order) => post(`${url}/orders/${order}`)));
console.log(`200 orders: ${statuses.filter((status) => status === 201).length} accepted\n`);

const [checkout] = sla.tracker.report('checkout').services;
const objectives = [checkout, ...(checkout?.operations ?? [])].flatMap((part) => part?.objectives ?? []);
for (const { name, status, attained, target, errorBudget } of objectives) {
  const left = `${((errorBudget.remainingRatio ?? 0) * 100).toFixed(0)} % of the error budget left`;
  console.log(`${name}: ${status}, ${attained} attained, ${target} promised, ${left}`);
}

const metrics = await fetch(`${url}/metrics`).then((response) => response.text());
console.log('\nFrom /metrics:\n');
console.log(excerpt(metrics));

server.close();
await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()]);

async function takeOrder(order: number, response: ServerResponse): Promise<void> {
  const attributes = { 'http.request.method': 'POST', 'http.route': '/orders' };
  const span = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER, attributes });
  // One order in fifteen takes too long, and one fails.
  await sleep(order % 15 === 7 ? 400 : 1);
  response.statusCode = order === 42 ? 503 : 201;
  span.setAttribute('http.response.status_code', response.statusCode);
  if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  response.end();
  span.end();
}

async function post(order: string): Promise<number> {
  const response = await fetch(order, { method: 'POST' });
  return response.status;
}

/** The SLA's own lines, without help texts and without the label that is the same everywhere. */
function excerpt(text: string): string {
  const wanted = /^sla_(requests|response_time.*"0.95"|events|compliance|error_budget|burn_rate.*"1h"|status)/;
  const lines = text.split('\n').filter((line) => wanted.test(line));
  return lines.map((line) => line.replace(',otel_scope_name="opentelemetry-resilience"', '')).join('\n');
}
