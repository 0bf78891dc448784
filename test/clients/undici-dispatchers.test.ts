import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type * as Undici from 'undici';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardUndici, undiciInterceptor } from '../../src/instrumentation/clients/undici.ts';
import { errorOf, settle } from '../support/held-work.ts';
import { CERTIFICATE } from './certificate.ts';
import { load } from './copies.ts';
import { GuardedHttp } from './guarded-http.ts';

const undici = load('undici') as typeof Undici;

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = (await errorOf(promise)) as { code?: unknown; cause?: { code?: unknown } };
  return error.code ?? error.cause?.code;
}

describe('the dispatchers of undici', () => {
  let http: GuardedHttp;

  beforeEach(async () => {
    http = await GuardedHttp.start('fetch');
  });

  afterEach(async () => {
    await http[Symbol.asyncDispose]();
  });

  /** Holds one request to the dispatcher, and has another one refused and a third one wait. */
  async function assertGuards(send: (path: string) => Promise<string>): Promise<void> {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '10s' });
    const first = send('/first');
    const { response } = await http.server.next();
    const second = send('/now');
    await settle();
    assert.equal(await codeOf(send('/now')), 'BULKHEAD_REJECTED');
    assert.deepEqual(http.counts, { inFlight: 1, queued: 1, rejected: 1 });
    response.end('first');
    assert.deepEqual(await Promise.all([first, second]), ['first', 'now']);
    assert.deepEqual(await http.idle(), { success: 2, rejected: 1 });
  }

  const by =
    (dispatcher: Undici.Dispatcher, origin?: string | URL) =>
    async (path: string): Promise<string> => {
      const { body } = await (origin === undefined
        ? undici.request(http.url(path), { dispatcher })
        : dispatcher.request({ path, method: 'GET', origin }));
      return body.text();
    };

  const made: Record<string, () => Undici.Dispatcher> = {
    'an agent': () => new undici.Agent(),
    'an agent of one connection each': () => new undici.Agent({ connections: 1 }),
    'a pool': () => new undici.Pool(http.server.origin),
    'a client': () => new undici.Client(http.server.origin),
    'a client that pipelines': () => new undici.Client(http.server.origin, { pipelining: 10 }),
    'a balanced pool': () => new undici.BalancedPool(http.server.origin),
    ...('RetryAgent' in undici && { 'an agent that retries': () => new undici.RetryAgent(new undici.Agent()) }),
    ...('EnvHttpProxyAgent' in undici && { 'an agent by the environment': () => new undici.EnvHttpProxyAgent() }),
  };

  for (const [name, make] of Object.entries(made)) {
    it(`are guarded: ${name}`, async () => {
      const dispatcher = make();
      await assertGuards(by(dispatcher));
      await dispatcher.destroy();
    });
  }

  it('are guarded where requests do not name their origin, or name it as a URL', async () => {
    const [pool, client] = [new undici.Pool(http.server.origin), new undici.Client(http.server.origin)];
    const agent = new undici.Agent();
    const ways = [by(pool, ''), by(client, ''), by(agent, new URL(http.server.origin))];
    http.guard({ bulkhead: {} });
    for (const way of ways) assert.equal(await way('/now'), 'now');
    assert.deepEqual(await http.idle(), { success: 3 });
    await Promise.all([pool.destroy(), client.destroy(), agent.destroy()]);
  });

  it('are guarded where fetch is given one', async () => {
    const dispatcher = new undici.Agent();
    await assertGuards((path) => undici.fetch(http.url(path), { dispatcher }).then((response) => response.text()));
    await dispatcher.destroy();
  });

  it('are guarded where another one becomes the global one', async () => {
    const before = undici.getGlobalDispatcher();
    const agent = new undici.Agent();
    undici.setGlobalDispatcher(agent);
    try {
      await assertGuards((path) => fetch(http.url(path)).then((response) => response.text()));
    } finally {
      undici.setGlobalDispatcher(before);
      await agent.destroy();
    }
  });

  it('count what a mock answers', async () => {
    const mock = new undici.MockAgent();
    mock.get(http.server.origin).intercept({ path: '/mocked' }).reply(503, 'mocked');
    http.guard({ bulkhead: {} });
    const { body } = await undici.request(http.url('/mocked'), { dispatcher: mock });
    assert.equal(await body.text(), 'mocked');
    assert.deepEqual(await http.idle(), { failure: 1 });
    await mock.close();
  });

  it('have each attempt of a retry guarded by itself', async () => {
    if (!('RetryAgent' in undici)) return;
    const retry = new undici.RetryAgent(new undici.Agent(), { maxRetries: 2, minTimeout: 1, maxTimeout: 1 });
    http.guard({ bulkhead: {} });
    await errorOf(by(retry)('/status/503'));
    assert.deepEqual(await http.idle(), { failure: 3 });
    await retry.destroy();
  });

  it('are guarded behind a proxy, by whom the request is for', async () => {
    const proxy = await startProxy();
    const dispatcher = new undici.ProxyAgent({ uri: proxy.origin, ...({ proxyTunnel: true } as object) });
    await assertGuards(by(dispatcher));
    assert.ok(proxy.tunnels > 0);
    await dispatcher.destroy();
    await proxy[Symbol.asyncDispose]();
  });

  it('are guarded over HTTP/2, many requests on one connection', async () => {
    const server = await startHttp2();
    const dispatcher = new undici.Agent({ allowH2: true, connect: { rejectUnauthorized: false } });
    http.guards.apply([
      { match: { service: server.peer }, name: 'server', bulkhead: { maxConcurrent: 3, maxQueue: 20 } },
    ]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { body } = await undici.request(`https://${server.peer}/`, { dispatcher });
        return body.text();
      }),
    );
    assert.deepEqual(new Set(answers), new Set(['2.0']));
    assert.deepEqual(await http.idle(), { success: 20 });
    assert.ok(server.most <= 3);
    await dispatcher.destroy();
    await server[Symbol.asyncDispose]();
  });

  it('say when they would rather be left alone, guarded or not', async () => {
    const client = new undici.Client(http.server.origin);
    const handler = { onConnect: () => {}, onRequestStart: () => {}, onHeaders: () => true, onResponseStart: () => {} };
    const rest = { onData: () => true, onResponseData: () => {}, onComplete: () => {}, onResponseEnd: () => {} };
    const all = { ...handler, ...rest, onError: () => {}, onResponseError: () => {} };
    const dispatch = (): boolean => client.dispatch({ path: '/now', method: 'GET' }, all);
    const bare = [dispatch(), dispatch()];
    await client.destroy();
    const other = new undici.Client(http.server.origin);
    http.guard({ bulkhead: {} });
    const guarded = [0, 1].map(() => other.dispatch({ path: '/now', method: 'GET' }, all));
    assert.deepEqual(guarded, bare);
    await other.destroy();
    assert.equal((await http.idle()).inFlight, undefined);
  });

  it('are guarded once where an interceptor is composed too, and by the interceptor alone where nothing else is', async () => {
    const agent = new undici.Agent();
    const isOld = agent.compose === undefined;
    if (isOld) return;
    const own = new ConfiguredGuards();
    own.apply([{ match: { client: 'fetch' }, name: 'own', bulkhead: { maxConcurrent: 1 } }]);
    const composed = agent.compose(undiciInterceptor(own.rules));
    const first = by(composed)('/first');
    const { response } = await http.server.next();
    assert.equal(await codeOf(by(composed)('/now')), 'BULKHEAD_REJECTED');
    response.end('first');
    assert.equal(await first, 'first');
    const guarding = guardUndici(own.rules);
    assert.equal(await by(composed)('/now'), 'now');
    guarding[Symbol.dispose]();
    await own.bulkheads.get('own').shutdown();
    assert.equal(own.bulkheads.get('own').snapshot().calls.success, 2);
    await agent.destroy();
  });

  it('are guarded by all rules there are, and by none when those are gone', async () => {
    const own = new ConfiguredGuards();
    own.apply([{ match: { client: 'fetch' }, name: 'own', bulkhead: { maxConcurrent: 5 } }]);
    const [guarding, again] = [guardUndici(own.rules), guardUndici(own.rules)];
    const agent = new undici.Agent();
    await assertGuards(by(agent));
    assert.equal(own.bulkheads.get('own').snapshot().calls.success, 2);
    again[Symbol.dispose]();
    guarding[Symbol.dispose]();
    http.guards.apply([]);
    assert.equal(await by(agent)('/now'), 'now');
    assert.equal(own.bulkheads.get('own').snapshot().calls.success, 2);
    await agent.destroy();
  });
});

/** A proxy that lets through what is asked of it by CONNECT. */
async function startProxy(): Promise<AsyncDisposable & { origin: string; tunnels: number }> {
  const server = createServer();
  const sockets = new Set<Socket>();
  const proxy = { origin: '', tunnels: 0, [Symbol.asyncDispose]: (): Promise<void> => stop(server, sockets) };
  server.on('connect', ({ url = '' }, socket: Socket) => {
    proxy.tunnels++;
    const [host, port] = url.split(':');
    const target = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const each of [socket, target]) sockets.add(each.on('error', () => undefined));
    socket.pipe(target).pipe(socket);
  });
  proxy.origin = `http://127.0.0.1:${await listen(server)}`;
  return proxy;
}

async function startHttp2(): Promise<AsyncDisposable & { peer: string; most: number }> {
  const sockets = new Set<Socket>();
  let running = 0;
  const server = createSecureServer(CERTIFICATE, (request, response) => {
    started.most = Math.max(started.most, ++running);
    setImmediate(() => response.end(request.httpVersion, () => running--));
  });
  const started = { peer: '', most: 0, [Symbol.asyncDispose]: (): Promise<void> => stop(server, sockets) };
  server.on('secureConnection', (socket) => sockets.add(socket));
  started.peer = `127.0.0.1:${await listen(server)}`;
  return started;
}

async function listen(server: Server | Http2SecureServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server | Http2SecureServer, sockets: Set<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  if ('closeAllConnections' in server) server.closeAllConnections();
  await closed;
}
