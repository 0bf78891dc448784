/**
 * A dependency that breaks down: the bulkhead rejects at once what would only wait, isolates it, and comes back step by step.
 *
 *     npm run build && node examples/bulkhead.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bulkhead, BulkheadRejectedError } from 'opentelemetry-resilience';

let broken = false;
let busiest = 0;
let busy = 0;
const server = createServer((_request, response) => {
  busiest = Math.max(busiest, ++busy);
  setTimeout(() => {
    busy--;
    response.writeHead(broken ? 503 : 200).end();
  }, 20);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/charge`;

const payment = new Bulkhead({
  name: 'payment',
  maxConcurrent: 8,
  maxQueue: 8,
  failureThreshold: 4,
  isolationThreshold: 12,
  recoveryTime: '300ms',
});
payment.onTransition(({ from, to, failures, retryAfterMillis }) => {
  const wait = retryAfterMillis === undefined ? '' : `, nobody is let in for ${retryAfterMillis.toFixed(0)} ms`;
  console.log(`    ${from} -> ${to} (${failures} failures in the window${wait})`);
});

async function charge(): Promise<string> {
  try {
    return await payment.run(async ({ signal }) => {
      const response = await fetch(url, { signal });
      await response.text();
      if (!response.ok) throw new Error(`status ${response.status}`);
      return 'charged';
    });
  } catch (error) {
    return error instanceof BulkheadRejectedError ? `rejected: ${error.reason}` : `failed: ${String(error)}`;
  }
}

async function burst(title: string, count: number): Promise<void> {
  console.log(`${title}: ${count} at once`);
  const start = performance.now();
  const results = await Promise.all(Array.from({ length: count }, charge));
  for (const result of new Set(results)) console.log(`  ${results.filter((each) => each === result).length} ${result}`);
  console.log(`  after ${Math.round(performance.now() - start)} ms`);
}

await burst('All is well', 40);
console.log(`  the server never had more than ${busiest} at once\n`);

broken = true;
await burst('Payment is broken', 16);
await burst('Still', 16);

broken = false;
await sleep(310);
console.log(`\nPayment is back, and the bulkhead is ${payment.state}`);
for (const count of [1, 2, 4, 8]) await burst('A few', count);

const { calls, state } = payment.snapshot();
console.log(`\n${state}: ${calls.success} succeeded, ${calls.failure} failed`);
await payment.shutdown();
server.close();
