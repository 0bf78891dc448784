import { BulkheadRejectedError } from 'opentelemetry-resilience';
import { guardPayment } from './guards.ts';
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

/** A dependency that answers with an error of its own has failed, for its compartment too. */
class PeerFailed extends Error {
  readonly call: Call;

  constructor(failed: Call) {
    super(`${failed.service} answered ${failed.status}`);
    this.call = failed;
  }
}

const charge = guardPayment('POST /charges', async (signal, order: object) => {
  const made = await call('payment', 'POST /charges', '/charges', { body: order, signal });
  if (made.status === 0 || made.status >= 500) throw new PeerFailed(made);
  return made;
});

await serve((app) => {
  app.get<{ Params: { sku: string } }>('/products/:sku', async (request, reply) => {
    const stock = await call('inventory', 'GET /stock/:sku', `/stock/${request.params.sku}`);
    return reply.code(answerCode(stock, 200)).send({ calls: [stock] } satisfies Answer);
  });

  app.post<{ Body: { sku: string } }>('/orders', async (request, reply) => {
    const reservation = await call('inventory', 'POST /reservations', '/reservations', { body: request.body });
    if (reservation.status !== 201) {
      return reply.code(answerCode(reservation, 201)).send({ calls: [reservation] } satisfies Answer);
    }
    const charged = await charge(request.body).catch(asCall);
    // What the compartment refused was never sent: it is not in the answer.
    if (charged === undefined) return reply.code(503).send({ calls: [reservation] } satisfies Answer);
    return reply.code(answerCode(charged, 201)).send({ calls: [reservation, charged] } satisfies Answer);
  });
});

/** The call that failed; `undefined` where it was refused before it was sent. */
function asCall(error: unknown): Call | undefined {
  if (error instanceof PeerFailed) return error.call;
  if (error instanceof BulkheadRejectedError) return undefined;
  throw error;
}

interface CallOptions {
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

async function call(service: string, operation: string, path: string, options: CallOptions = {}): Promise<Call> {
  const { body, signal } = options;
  const patience = AbortSignal.timeout(2_000);
  try {
    const response = await fetch(peerOrigin(service) + path, {
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    // Read to the end: a body that is dropped would end the client span as an error.
    await response.text();
    return { service, operation, status: response.status };
  } catch {
    return { service, operation, status: 0 };
  }
}

function answerCode({ status }: Call, success: number): number {
  if (status === 0) return 504;
  if (status >= 500) return 502;
  return status >= 400 ? status : success;
}
