import { peerOrigin } from './peers.ts';
import { serve } from './service.ts';

/** One call the storefront made, as its response tells it; status 0: no answer in time. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly status: number;
}

/** The body of every response: the load generator learns from it what reached the services behind. */
export interface Answer {
  readonly calls: readonly Call[];
}

await serve((app) => {
  app.get<{ Params: { sku: string } }>('/products/:sku', async (request, reply) => {
    const stock = await call('inventory', 'GET /stock/:sku', `/stock/${request.params.sku}`);
    if (stock === undefined) return reply.code(503).send({ calls: [] } satisfies Answer);
    return reply.code(answerCode(stock, 200)).send({ calls: [stock] } satisfies Answer);
  });

  app.post<{ Body: { sku: string } }>('/orders', async (request, reply) => {
    const reservation = await call('inventory', 'POST /reservations', '/reservations', { body: request.body });
    if (reservation === undefined) return reply.code(503).send({ calls: [] } satisfies Answer);
    if (reservation.status !== 201) {
      return reply.code(answerCode(reservation, 201)).send({ calls: [reservation] } satisfies Answer);
    }
    const charged = await call('payment', 'POST /charges', '/charges', { body: request.body });
    // What the compartment refused was never sent: it is not in the answer.
    if (charged === undefined) return reply.code(503).send({ calls: [reservation] } satisfies Answer);
    return reply.code(answerCode(charged, 201)).send({ calls: [reservation, charged] } satisfies Answer);
  });
});

/** One call; `undefined` where the guard that resilience/storefront.yaml puts around `fetch` refused it. */
async function call(
  service: string,
  operation: string,
  path: string,
  { body }: { readonly body?: object } = {},
): Promise<Call | undefined> {
  try {
    const response = await fetch(peerOrigin(service) + path, {
      signal: AbortSignal.timeout(2_000),
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    // Read to the end: a body that is dropped would end the client span as an error.
    await response.text();
    return { service, operation, status: response.status };
  } catch (error) {
    const refused = error instanceof TypeError && codeOf(error.cause) === 'BULKHEAD_REJECTED';
    return refused ? undefined : { service, operation, status: 0 };
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function answerCode({ status }: Call, success: number): number {
  if (status === 0) return 504;
  if (status >= 500) return 502;
  return status >= 400 ? status : success;
}
