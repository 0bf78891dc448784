import { setTimeout as sleep } from 'node:timers/promises';
import { workMillis } from './random.ts';
import { serve } from './service.ts';

await serve((app, random) => {
  app.post('/charges', async (_request, reply) => {
    await sleep(workMillis(random, 40));
    return reply.code(201).send({ charged: true });
  });
});
