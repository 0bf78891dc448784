/** An application that knows nothing of resilience, and nothing of OpenTelemetry. */
import fastify from 'fastify';

const inventory = fastify();
inventory.get('/stock', (_request, reply) => reply.code(Math.random() < 0.2 ? 500 : 200).send());
const stock = `${await inventory.listen({ host: '127.0.0.1', port: 0 })}/stock`;

const checkout = fastify();
checkout.get('/orders', async (_request, reply) => {
  try {
    return await reply.code((await fetch(stock)).status).send();
  } catch (error) {
    // What the guard refuses rejects as fetch does, with the reason as its cause.
    return reply.code(503).send(error instanceof Error ? String(error.cause) : error);
  }
});
const orders = `${await checkout.listen({ host: '127.0.0.1', port: 0 })}/orders`;

const answers: Record<string, number> = {};
for (let order = 0; order < 60; order++) {
  const { status } = await fetch(orders);
  answers[status] = (answers[status] ?? 0) + 1;
}
console.log('orders by answer:', answers);

const metrics = await (await fetch('http://localhost:9469/metrics')).text();
const told = /^(sla_requests_total|sla_compliance_ratio|resilience_bulkhead_(state|calls_total)).* (?!0$)/;
console.log(
  metrics
    .split('\n')
    .filter((line) => told.test(line))
    .join('\n'),
);
process.exit();
