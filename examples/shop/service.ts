import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';
import fastify, { type FastifyInstance } from 'fastify';
import type { ResilienceReport } from 'opentelemetry-resilience';
import { type Fault, strike } from './faults.ts';
import { seeded } from './random.ts';
import { resilience, sdk } from './telemetry.ts';

/** From the supervisor to a service. */
export type Command = { readonly kind: 'fault'; readonly fault: Fault | undefined } | { readonly kind: 'stop' };

/** From a service to the supervisor. The report with `last` comes after the final response has left. */
export type Message =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'report'; readonly report: ResilienceReport; readonly last: boolean };

/** Starts a service on a free port of this machine; it ends when the supervisor says so, or is gone. */
export async function serve(routes: (app: FastifyInstance, random: () => number) => void): Promise<void> {
  const random = seeded(Number(process.env.SHOP_SEED ?? 1));
  const app = fastify();
  let fault: Fault | undefined;

  // The HTTP instrumentation cannot know the framework's route: tell it, and spans and metrics carry `http.route`.
  app.addHook('onRequest', async (request) => {
    const rpc = getRPCMetadata(context.active());
    if (rpc?.type === RPCType.HTTP && request.routeOptions.url !== undefined) {
      rpc.route = request.routeOptions.url;
    }
  });
  app.addHook('preHandler', () => strike(fault, random));
  routes(app, random);

  process.on('message', (command: Command) => {
    if (command.kind === 'fault') fault = command.fault;
    else void stop(app);
  });
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches every process of the terminal; the supervisor hears it too and stops the services in order.
  process.on('SIGINT', () => undefined);

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  await tell({ kind: 'ready', url });
  setInterval(() => void tellReport(false), 500);
}

async function stop(app: FastifyInstance): Promise<void> {
  await app.close();
  await tellReport(true);
  await sdk.shutdown();
  await resilience.shutdown();
  process.disconnect();
}

function tellReport(last: boolean): Promise<void> {
  return tell({ kind: 'report', report: resilience.report(), last });
}

function tell(message: Message): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}
