/**
 * Calls of `fetch` and `node:http`, guarded by rules and not by code: one server hangs and fails until its compartment is
 * isolated; the other does not notice. What callers see, what their spans tell, and how the first one comes back.
 *
 *     npm run build && node examples/clients.ts
 */
import { once } from 'node:events';
import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createResilience } from 'opentelemetry-resilience';

const [resilience, exporter] = [createResilience(), new InMemorySpanExporter()];
const http = new HttpInstrumentation({ disableIncomingRequestInstrumentation: true });
const instrumentations = [resilience.instrumentation, http, new UndiciInstrumentation()];
const [spanProcessors, metricReaders] = [[new SimpleSpanProcessor(exporter)], []];
new NodeSDK({ autoDetectResources: false, instrumentations, spanProcessors, metricReaders }).start();
// What is required is instrumented; what is imported is with a loader only.
const { createServer, get } = createRequire(import.meta.url)('node:http') as typeof Http;

let isBroken = true;
const answer: Http.RequestListener = ({ url }, response) => {
  if (!isBroken || url !== '/hang') response.writeHead(isBroken ? 503 : 200).end();
};
const servers = [createServer(answer), createServer((_request, response) => response.end())];
const [stock = '', prices = ''] = await Promise.all(
  servers.map(async (server) => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }),
);

const bulkhead = { failureThreshold: 2, isolationThreshold: 4, recoveryTime: '300ms' } as const;
resilience.apply({
  guards: [
    { match: { service: stock }, name: 'stock', bulkhead, timeout: '50ms' },
    { match: { service: prices }, name: 'prices', bulkhead },
  ],
});

async function byFetch(url: string): Promise<string> {
  const response = await fetch(url);
  return `${response.status} ${await response.text()}`;
}

async function byHttp(url: string): Promise<string> {
  const [response] = (await once(get(url), 'response')) as [Http.IncomingMessage];
  return `${response.statusCode} ${await text(response)}`;
}

async function call(url: string): Promise<void> {
  for (const by of [byFetch, byHttp]) {
    const order = trace.getTracer('shop').startActiveSpan('order', (span) => by(url).finally(() => span.end()));
    console.log(`${by.name} ${url}: ${await order.catch(chain)}`);
    for (const { name, events } of exporter.getFinishedSpans())
      for (const event of events) if (event.name !== 'exception') console.log(`    on span ${name}: ${event.name}`);
    exporter.reset();
  }
}

function chain({ name, message, cause, code }: Error & { code?: string }): string {
  return `${name} ${code ?? ''} ${message}${cause instanceof Error ? `\n    because of ${chain(cause)}` : ''}`;
}

for (const path of ['/hang', '/charge', '/charge']) await call(`http://${stock}${path}`);
await call(`http://${prices}/`);
isBroken = false;
await sleep(310);
await call(`http://${stock}/hang`);
for (const { name, state } of resilience.report().bulkheads) console.log(`${name} is ${state}`);
await resilience.shutdown();
for (const server of servers) server.close().closeAllConnections();
