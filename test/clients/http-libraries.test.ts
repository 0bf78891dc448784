import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import AgentKeepAlive from 'agentkeepalive';
import axios, { AxiosError, type AxiosRequestConfig } from 'axios';
import got, { RequestError } from 'got';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { WebSocket, WebSocketServer } from 'ws';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardHttp } from '../../src/instrumentation/clients/http.ts';
import { errorOf, settle } from '../support/held-work.ts';
import { GuardedHttp } from './guarded-http.ts';

interface Failure extends Error {
  code?: string;
  cause?: Failure;
}

/** Codes from the error down to ours. */
function codesOf(error: unknown): unknown[] {
  const codes: unknown[] = [];
  for (let each = error as Failure | undefined; each; each = each.cause) codes.push(each.code);
  return codes;
}

describe('libraries on top of node:http', () => {
  let server: GuardedHttp;

  beforeEach(async () => {
    server = await GuardedHttp.start('http');
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  type Get = (path: string) => Promise<string>;

  async function assertGuards(get: Get): Promise<unknown> {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '10s' });
    const first = get('/first');
    const { response } = await server.server.next();
    const second = get('/now');
    await settle();
    const error = await errorOf(get('/now'));
    response.end('first');
    assert.deepEqual(await Promise.all([first, second]), ['first', 'now']);
    assert.deepEqual(await server.idle(), { success: 2, rejected: 1 });
    return error;
  }

  const byAxios =
    (config: AxiosRequestConfig = {}): Get =>
    async (path) =>
      String((await axios.get(server.url(path), { proxy: false, ...config })).data);
  const byGot: Get = (path) => got(server.url(path), { retry: { limit: 0 } }).text();

  it('see their own errors: axios', async () => {
    const error = await assertGuards(byAxios());
    assert.ok(error instanceof AxiosError);
    assert.deepEqual(codesOf(error), ['ECONNREFUSED', 'ECONNREFUSED', 'BULKHEAD_REJECTED']);
    assert.equal(error.response, undefined);
  });

  it('see their own errors: got', async () => {
    const error = await assertGuards(byGot);
    assert.ok(error instanceof RequestError);
    assert.deepEqual(codesOf(error), ['ECONNREFUSED', 'ECONNREFUSED', 'BULKHEAD_REJECTED']);
  });

  it('see their own timeouts and statuses: axios', async () => {
    server.guard({ bulkhead: {}, timeout: '50ms' });
    const cut = await errorOf(byAxios()('/hang'));
    assert.deepEqual(codesOf(cut), ['ETIMEDOUT', 'ETIMEDOUT', 'OPERATION_TIMEOUT']);
    const failed = (await errorOf(byAxios()('/status/503'))) as AxiosError;
    assert.equal(failed.response?.status, 503);
    assert.deepEqual(await server.idle(), { failure: 1, timeout: 1 });
  });

  it('see their own timeouts and statuses: got', async () => {
    server.guard({ bulkhead: {}, timeout: '50ms' });
    const cut = await errorOf(byGot('/hang'));
    assert.deepEqual(codesOf(cut), ['ETIMEDOUT', 'ETIMEDOUT', 'OPERATION_TIMEOUT']);
    const failed = (await errorOf(byGot('/status/503'))) as { response?: { statusCode: number } };
    assert.equal(failed.response?.statusCode, 503);
    assert.deepEqual(await server.idle(), { failure: 1, timeout: 1 });
  });

  it('have each attempt of a retry guarded by itself: got', async () => {
    server.guard({ bulkhead: {} });
    const retry = {
      limit: 2,
      calculateDelay: ({ attemptCount }: { attemptCount: number }) => Number(attemptCount < 3),
    };
    await errorOf(got(server.url('/status/503'), { retry }));
    assert.deepEqual(await server.idle(), { failure: 3 });
  });

  it('follow redirects by requests of their own', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    assert.equal(await byAxios()('/to/now'), 'now');
    assert.equal(await byGot('/to/now'), 'now');
    assert.deepEqual(server.server.seen, ['GET /to/now', 'GET /now', 'GET /to/now', 'GET /now']);
    const { success = 0, cancelled = 0, ...others } = await server.idle();
    assert.deepEqual([success + cancelled, others], [4, {}]);
  });

  it('give up: a signal of axios, a promise of got', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 2 } });
    const first = byAxios()('/first');
    const { response } = await server.server.next();
    const controller = new AbortController();
    const cancelled = [errorOf(byAxios({ signal: controller.signal })('/never'))];
    const signalled = new AbortController();
    cancelled.push(errorOf(got(server.url('/never'), { signal: signalled.signal, retry: { limit: 0 } })));
    await settle();
    assert.deepEqual(server.counts, { inFlight: 1, queued: 2 });
    controller.abort();
    signalled.abort();
    const [byFirst, bySecond] = (await Promise.all(cancelled)) as Failure[];
    assert.deepEqual([byFirst?.code, bySecond?.name], ['ERR_CANCELED', 'AbortError']);
    response.end();
    await first;
    assert.deepEqual(await server.idle(), { success: 1, cancelled: 2 });
  });

  it('upload and download streams: axios and got', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 5 } });
    const body = { name: 'value' };
    const posted = axios.post(server.url('/echo'), body, { proxy: false });
    const other = got.post(server.url('/echo'), { json: body }).json();
    const stream = got.stream(server.url('/now'));
    assert.deepEqual([(await posted).data, await other, String((await stream.toArray())[0])], [body, body, 'now']);
    assert.deepEqual(await server.idle(), { success: 3 });
  });

  it('are guarded with an agent of agentkeepalive', async () => {
    const httpAgent = new AgentKeepAlive();
    const error = await assertGuards(byAxios({ httpAgent }));
    assert.equal((error as Failure).code, 'ECONNREFUSED');
    httpAgent.destroy();
  });

  it('are guarded behind a proxy, by whom the request is for', async () => {
    let tunnels = 0;
    const sockets = new Set<Socket>();
    const proxy = http.createServer().on('connect', ({ url = '' }, socket: Socket) => {
      tunnels++;
      const target = connect(Number(url.split(':')[1]), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      for (const each of [socket, target]) sockets.add(each.on('error', () => undefined));
      socket.pipe(target).pipe(socket);
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const agent = new HttpsProxyAgent(`http://127.0.0.1:${(proxy.address() as { port: number }).port}`);
    await assertGuards(byAxios({ httpAgent: agent }));
    assert.ok(tunnels > 0);
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  it('open WebSockets, which take a slot until they are open', async () => {
    const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(sockets, 'listening');
    sockets.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(data)));
    const { port } = sockets.address() as { port: number };
    server.guards.apply([
      { match: { service: `127.0.0.1:${port}` }, name: 'server', bulkhead: { maxConcurrent: 1, maxQueue: 1 } },
    ]);
    const made = [0, 1, 2].map(() => new WebSocket(`ws://127.0.0.1:${port}`));
    const [error] = (await once(made[2]!, 'error')) as [Failure];
    assert.deepEqual(codesOf(error), ['ECONNREFUSED', 'BULKHEAD_REJECTED']);
    for (const socket of made.slice(0, 2)) {
      if (socket.readyState !== WebSocket.OPEN) await once(socket, 'open');
      socket.send('hello');
      assert.equal(String((await once(socket, 'message'))[0]), 'hello');
    }
    assert.deepEqual(await server.idle(), { success: 2, rejected: 1 });
    for (const socket of made) socket.terminate();
    sockets.close();
  });

  it('are guarded by all rules there are, one after the other, and by none when those are gone', async () => {
    const own = new ConfiguredGuards();
    own.apply([{ match: { client: 'http' }, name: 'own', bulkhead: { maxConcurrent: 1 } }]);
    const [guarding, again] = [guardHttp(own.rules), guardHttp(own.rules)];
    server.guard({ bulkhead: { maxConcurrent: 5 } });
    const first = byAxios()('/first');
    const { response } = await server.server.next();
    assert.equal(((await errorOf(byAxios()('/now'))) as Failure).code, 'ECONNREFUSED');
    response.end();
    await first;
    assert.deepEqual(await server.idle(), { success: 1, cancelled: 1 });
    const { success, rejected } = own.bulkheads.get('own').snapshot().calls;
    assert.deepEqual([success, rejected.full], [1, 1]);
    again[Symbol.dispose]();
    guarding[Symbol.dispose]();
    server.guards.apply([]);
    assert.equal(await byAxios()('/now'), 'now');
    assert.equal(own.bulkheads.get('own').snapshot().calls.success, 1);
  });
});
