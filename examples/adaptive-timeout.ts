/**
 * A timeout that learns: first as long as it was set, then as short as the calls allow; calls that hang are cut, and a
 * dependency that becomes slower is given more time.
 *
 *     npm run build && node examples/adaptive-timeout.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AdaptiveTimeout, OperationTimeoutError } from 'opentelemetry-resilience';

let usual = 5;
const server = createServer((request, response) => {
  // Every fortieth search hangs for good; the others take what they usually take, give or take a half.
  if (request.url?.endsWith('/hang')) return;
  setTimeout(() => response.end('found'), usual * (0.5 + Math.random()));
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const timeout = new AdaptiveTimeout({ initial: '300ms', max: '1s', watch: 2 });
let searches = 0;

async function search(): Promise<'found' | 'cut'> {
  const path = ++searches % 40 === 0 ? '/hang' : '/';
  try {
    await timeout.run('GET /search', async ({ signal }) => {
      const response = await fetch(url + path, { signal });
      return response.text();
    });
    return 'found';
  } catch (error) {
    if (error instanceof OperationTimeoutError) return 'cut';
    throw error;
  }
}

/** Eight at a time, as a service under load. */
async function searchFor(title: string, millis: number): Promise<void> {
  const end = performance.now() + millis;
  const counts = { found: 0, cut: 0 };
  const worker = async (): Promise<void> => {
    while (performance.now() < end) counts[await search()]++;
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const limit = timeout.get('GET /search').toFixed(0);
  console.log(`${title}: ${counts.found} found, ${counts.cut} cut; the timeout is now ${limit} ms`);
}

console.log(`At first the timeout is ${timeout.get('GET /search')} ms.`);
await searchFor('Searches take about 5 ms', 600);
usual = 40;
await searchFor('Searches take about 40 ms', 600);
await searchFor('and go on so', 600);

const [operation] = timeout.snapshot().operations;
console.log(`\n${JSON.stringify(operation?.calls)}, median ${operation?.medianMillis?.toFixed(1)} ms`);
console.log(`${operation?.watched} cut calls are still followed, to tell slow from dead`);
await timeout.shutdown();
server.closeAllConnections();
server.close();
