import { setTimeout as sleep } from 'node:timers/promises';
import { workMillis } from './random.ts';
import { serve } from './service.ts';

const stock = new Map([
  ['tea', 1_000_000],
  ['cup', 1_000_000],
  ['pot', 1_000_000],
]);

await serve((app, random) => {
  app.get<{ Params: { sku: string } }>('/stock/:sku', async (request, reply) => {
    await sleep(workMillis(random, 6));
    const left = stock.get(request.params.sku);
    if (left === undefined) return reply.code(404).send({ error: 'no such product' });
    return { sku: request.params.sku, left };
  });

  app.post<{ Body: { sku: string } }>('/reservations', async (request, reply) => {
    await sleep(workMillis(random, 10));
    const left = stock.get(request.body.sku);
    if (left === undefined) return reply.code(404).send({ error: 'no such product' });
    stock.set(request.body.sku, left - 1);
    return reply.code(201).send({ sku: request.body.sku });
  });
});
