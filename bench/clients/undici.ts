/**
 * What a request of undici, and so of `fetch`, costs with the hooks in and no rule about it, beside a copy of the package
 * without hooks: the way through an agent, its pool and a client that sends nothing. And what it costs guarded, with a
 * server at the other end.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type * as Undici from 'undici';
import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardUndici } from '../../src/instrumentation/clients/undici.ts';
import { type Case, extraNanos, measure } from '../measure.ts';
import { inTurn, measureAsync } from '../measure-async.ts';
import { Verdict } from '../verdict.ts';

const require = createRequire(import.meta.url);
const MOST = 200;

/** A copy of the package of its own. */
function copy(): typeof Undici {
  const undici = require('undici') as typeof Undici;
  for (const file of Object.keys(require.cache))
    if (/[\\/]undici[\\/]/.test(file)) Reflect.deleteProperty(require.cache, file);
  return undici;
}

/** Sends requests, up to where they would be written to a socket. */
function sender({ Agent, Client, Pool }: typeof Undici): () => void {
  const dispatch = Object.getOwnPropertySymbols(Client.prototype).find(
    ({ description }) => description === 'dispatch',
  )!;
  class Silent extends Client {}
  Object.defineProperty(Silent.prototype, dispatch, { value: () => true });
  const factory = (origin: string | URL): Undici.Pool => new Pool(origin, { factory: (each) => new Silent(each) });
  const agent = new Agent({ factory });
  const options = { origin: 'http://stock.local:8080', path: '/items/7?full=yes', method: 'GET' as const };
  const handler = { onRequestStart: () => {}, onResponseStart: () => {}, onResponseData: () => {} };
  const whole = { ...handler, onResponseEnd: () => {}, onResponseError: () => {} };
  return () => void agent.dispatch({ ...options }, whole);
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const [hooked, plain, alike] = [copy(), copy(), copy()];
const guards = new ConfiguredGuards();
// By its global dispatcher the hooks find a copy.
hooked.setGlobalDispatcher(new hooked.Agent());
guardUndici(guards.rules);

function repeated(call: () => void, rules: GuardRule[] = []): Case {
  return (iterations) => {
    guards.apply(rules);
    for (let each = 0; each < iterations; each++) call();
  };
}

const bulkhead = { maxConcurrent: 1_000 };
const send = sender(hooked);
const measured = measure(
  {
    plain: repeated(sender(plain)),
    alike: repeated(sender(alike)),
    noRules: repeated(send),
    others: repeated(send, [{ match: { service: 'other.*' }, bulkhead }]),
    otherMethods: repeated(send, [{ match: { service: 'stock.*', operation: 'POST' }, bulkhead }]),
    otherPaths: repeated(send, [{ match: { service: 'stock.*', operation: 'GET /orders/*' }, bulkhead }]),
  },
  { rounds: 101, iterations: 5_000 },
);

const server = createServer((_, response) => response.end('answer')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/items/7`;
const get = ({ Agent, request }: typeof Undici): (() => Promise<string>) => {
  const dispatcher = new Agent();
  return async () => (await request(url, { dispatcher })).body.text();
};
guards.apply([{ match: { service: '127.0.0.1:*' }, bulkhead, timeout: { min: '10s' } }]);
const answered = await measureAsync(
  { plain: inTurn(get(plain)), alike: inTurn(get(alike)), guarded: inTurn(get(hooked)) },
  { rounds: 31, calls: 300 },
);

const verdict = new Verdict('A request of undici (median of interleaved rounds)');
verdict.figure('sent, without hooks', measured.plain.nanos, 'ns');
verdict.figure('in another copy, more', extraNanos(measured.alike, measured.plain), 'ns');
verdict.most('no rules, more', extraNanos(measured.noRules, measured.plain), MOST, 'ns');
verdict.most('rules about other peers, more', extraNanos(measured.others, measured.plain), MOST, 'ns');
verdict.most('rules about other methods, more', extraNanos(measured.otherMethods, measured.plain), MOST, 'ns');
verdict.most('rules about other paths, more', extraNanos(measured.otherPaths, measured.plain), MOST, 'ns');
verdict.figure('answered, without hooks', answered.plain.nanos / 1_000, 'us');
verdict.figure('in another copy, more', extraNanos(answered.alike, answered.plain) / 1_000, 'us');
verdict.figure('guarded, more', extraNanos(answered.guarded, answered.plain) / 1_000, 'us');
verdict.close();
server.closeAllConnections();
server.close();
setImmediate(() => process.exit());
