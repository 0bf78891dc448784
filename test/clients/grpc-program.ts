/**
 * An application that calls a gRPC server, for what depends on the order in which things are loaded. Its arguments say what
 * it does first: `guard`, `instrument`, `require` or `import` the package. Prints what became of its calls.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { propagation, SpanKind } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardGrpc } from '../../src/instrumentation/clients/grpc.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { Traced } from '../support/traced.ts';
import { isOldest, load } from './copies.ts';
import type { Grpc } from './grpc-stock.ts';

/** What the program prints. */
export interface Told {
  /** Client spans: their code, the names of their events, and whether the server's span belongs to them. */
  readonly spans: readonly { code: unknown; events: readonly string[]; isContinued: boolean }[];
  /** What the SLA of the server counts. */
  readonly sla: { readonly requests: number; readonly failures: number };
  /** What its compartment counts. */
  readonly calls: { readonly success: number; readonly timeout: number; readonly rejected: number };
  /** The codes that callers got. */
  readonly codes: readonly number[];
}

const sla = new SlaSpanProcessor();
using traced = new Traced(sla);
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const guards = new ConfiguredGuards();
const steps: Record<string, () => unknown> = {
  guard: () => guardGrpc(guards.rules),
  instrument: () => new GrpcInstrumentation(),
  // The copy under test, and that of the server.
  require: () => [load, createRequire(import.meta.url)].map((each) => each('@grpc/grpc-js')),
  import: async () => import(isOldest ? pathToFileURL(load.resolve('@grpc/grpc-js')).href : '@grpc/grpc-js'),
};
for (const step of process.argv.slice(2)) await steps[step]!();

const grpc = load('@grpc/grpc-js') as Grpc;
const { loadedClient, STATIC_DEFINITION, StockServer } = await import('./grpc-stock.ts');
const server = await StockServer.start();
const client = new (loadedClient(grpc))(server.address, grpc.credentials.createInsecure());
const codes: number[] = [];

/** Calls by the generated method, and without it. */
const generated = async (): Promise<void> =>
  new Promise((resolve) => {
    client.get({ id: 'a' }, (error) => resolve(void codes.push(error?.code ?? 0)));
  });
const bare = async (): Promise<void> =>
  new Promise((resolve) => {
    const { path, requestSerialize, responseDeserialize } = STATIC_DEFINITION['get']!;
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { id: 'a' }, (error) =>
      resolve(void codes.push(error?.code ?? 0)),
    );
  });

for (const call of [generated, bare]) {
  guards.apply([{ match: { client: 'grpc' }, bulkhead: { maxConcurrent: 1, maxQueue: 1 } }]);
  const held = server.hold();
  const [first, queued, refused] = [call(), call(), call()];
  await refused;
  (await held.next()).answer(null, { count: 1 });
  (await held.next()).answer(null, { count: 1 });
  await Promise.all([first, queued]);
  guards.apply([{ match: { client: 'grpc' }, bulkhead: {}, timeout: { initial: '50ms', max: '50ms' } }]);
  await call();
  (await held.next()).answer(null, { count: 1 });
}
client.close();
server.stop();
await guards.bulkheads.get(server.address).shutdown();

const clientSpans = traced.spans.filter(({ kind }) => kind === SpanKind.CLIENT);
const parents = new Set(traced.spans.map(({ parentSpanContext }) => parentSpanContext?.spanId));
const service = sla.tracker.report('shop.Stock').services.find(({ kind }) => kind === 'client');
const { calls } = guards.bulkheads.get(server.address).snapshot();
const told: Told = {
  spans: clientSpans.map((span) => ({
    code: span.attributes['rpc.grpc.status_code'],
    events: span.events.map(({ name }) => name),
    isContinued: parents.has(span.spanContext().spanId),
  })),
  sla: { requests: service?.requests ?? 0, failures: service?.failures ?? 0 },
  calls: { success: calls.success, timeout: calls.timeout, rejected: calls.rejected.full },
  codes,
};
console.log(JSON.stringify(told));
