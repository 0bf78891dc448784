/**
 * One deadline for a whole request: calls inside share what is left of it, however deep they are, and what cannot be done
 * any more is not begun.
 *
 *     npm run build && node examples/deadline.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { activeSignal, AdaptiveTimeout, guard, remainingMillis, withDeadline } from 'opentelemetry-resilience';

// Every OpenTelemetry SDK does this; here there is none.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

let served = 0;
const server = createServer((request, response) => {
  served++;
  const millis = Number(request.url?.slice(1));
  setTimeout(() => response.end(`an answer after ${millis} ms`), millis);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const timeout = new AdaptiveTimeout();
const get = guard(
  async (millis: number) => {
    const response = await fetch(`${url}/${millis}`, { signal: activeSignal() ?? null });
    return response.text();
  },
  { operation: 'GET', timeout },
);

async function tell(title: string, call: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const [before, result] = [served, await call().catch((error: Error) => `${error.name}: ${error.message}`)];
  const millis = Math.round(performance.now() - start);
  console.log(`${title}\n  ${String(result)}\n  after ${millis} ms, ${served - before} calls sent\n`);
}

await tell('Enough time for two calls, one after the other', () =>
  withDeadline('500ms', async () =>
    [await get(100), await get(100), `${remainingMillis()?.toFixed(0)} ms left`].join(', '),
  ),
);

await tell('The second of two calls takes longer than what the first has left', () =>
  withDeadline('300ms', async () => [await get(200), await get(200)].join(', ')),
);

await tell('Of two at once, one is too slow: the other is there', () =>
  withDeadline('200ms', async () => {
    const results = await Promise.allSettled([get(50), get(1_000)]);
    return results.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.code)).join(', ');
  }),
);

// From now on it is known that a call takes about 100 ms.
for (let count = 0; count < 100; count++) timeout.record('GET', 100);
await new Promise((resolve) => setTimeout(resolve, 260));
await get(1);

await tell('With 50 ms left, a call that usually takes 100 ms is refused and never sent', () =>
  withDeadline('50ms', () => get(100)),
);

await timeout.shutdown();
server.closeAllConnections();
server.close();
