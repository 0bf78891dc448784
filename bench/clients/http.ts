/**
 * What a request of `node:http` costs with the hooks in and no rule about it: the hooks alone, around functions that do
 * nothing, and whole requests to a server, beside the same without hooks. And what a guarded one costs.
 */
import { channel } from 'node:diagnostics_channel';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardHttp } from '../../src/instrumentation/clients/http.ts';
import { type Case, extraNanos, measure } from '../measure.ts';
import { type AsyncCase, inTurn, measureAsync } from '../measure-async.ts';
import { Verdict } from '../verdict.ts';

const MOST = 200;

/** What the hooks are put around. */
interface Hooked {
  addRequest(request: http.ClientRequest, options: object): void;
  onSocket(socket: object): void;
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const agents = http.Agent.prototype as unknown as Hooked;
const requests = http.ClientRequest.prototype as unknown as Hooked;
const { addRequest, onSocket } = {
  ...Object.getOwnPropertyDescriptors(agents),
  ...Object.getOwnPropertyDescriptors(requests),
};
const guards = new ConfiguredGuards();
const bulkhead = { maxConcurrent: 1_000 };
const rules: Record<string, GuardRule[]> = {
  noRules: [],
  others: [{ match: { service: 'other.*' }, bulkhead }],
  otherMethods: [{ match: { service: 'stock.*', operation: 'POST' }, bulkhead }],
  otherPaths: [{ match: { service: 'stock.*', operation: 'GET /orders/*' }, bulkhead }],
};

/** One way of a request, from its agent to its response. */
function way(): () => void {
  const agent = new http.Agent();
  const answered = channel('http.client.response.finish');
  const options = { host: 'stock.local', port: 8080, path: '/items/7?full=yes', agent };
  const request = http.request(options) as http.ClientRequest & Hooked;
  const [socket, response] = [{}, { statusCode: 200 }];
  return () => {
    (agent as unknown as Hooked).addRequest(request, options);
    request.onSocket(socket);
    if (answered.hasSubscribers) answered.publish({ request, response });
  };
}

function repeated(call: () => void, under?: GuardRule[]): Case {
  return (iterations) => {
    const guarding = under && guardHttp(guards.rules);
    guards.apply(under ?? []);
    for (let each = 0; each < iterations; each++) call();
    guarding?.[Symbol.dispose]();
  };
}

function silence(): void {}
Object.assign(agents, { addRequest: silence });
Object.assign(requests, { onSocket: silence });
const [plain, hooked] = [way(), way()];
const alone = measure(
  {
    plain: repeated(plain),
    ...(Object.fromEntries(Object.entries(rules).map(([name, under]) => [name, repeated(hooked, under)])) as Record<
      'noRules' | 'others' | 'otherMethods' | 'otherPaths',
      Case
    >),
  },
  { rounds: 101, iterations: 5_000 },
);
Object.defineProperty(agents, 'addRequest', addRequest);
Object.defineProperty(requests, 'onSocket', onSocket);

const server = http.createServer((_, response) => response.end('answer')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address() as AddressInfo;
const agent = new http.Agent({ keepAlive: true });

function get(): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, agent, path: '/items/7' }, (response) => resolve(text(response)))
      .on('error', reject);
  });
}

function calls(under?: GuardRule[]): AsyncCase {
  return async (count) => {
    const guarding = under && guardHttp(guards.rules);
    guards.apply(under ?? []);
    await inTurn(get)(count);
    guarding?.[Symbol.dispose]();
  };
}

const whole = await measureAsync(
  {
    plain: calls(),
    others: calls(rules['others']),
    guarded: calls([{ match: { service: '127.0.0.1:*' }, bulkhead, timeout: { min: '10s' } }]),
  },
  { rounds: 31, calls: 300 },
);

const verdict = new Verdict('A request of node:http (median of interleaved rounds)');
verdict.most('hooks without rules', extraNanos(alone.noRules, alone.plain), MOST, 'ns');
verdict.most('rules about other peers', extraNanos(alone.others, alone.plain), MOST, 'ns');
verdict.most('rules about other methods', extraNanos(alone.otherMethods, alone.plain), MOST, 'ns');
verdict.most('rules about other paths', extraNanos(alone.otherPaths, alone.plain), MOST, 'ns');
verdict.figure('answered, without hooks', whole.plain.nanos / 1_000, 'us');
verdict.figure('rules about other peers, more', extraNanos(whole.others, whole.plain) / 1_000, 'us');
verdict.figure('guarded, more', extraNanos(whole.guarded, whole.plain) / 1_000, 'us');
verdict.close();
server.closeAllConnections();
server.close();
agent.destroy();
