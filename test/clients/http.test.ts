import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { errorOf, settle } from '../support/held-work.ts';
import { GuardedHttp } from './guarded-http.ts';

interface ClientError extends Error {
  code?: string;
  cause?: { code?: string };
}

describe('a guarded request of node:http', () => {
  let server: GuardedHttp;
  const agent = new http.Agent({ keepAlive: true });

  beforeEach(async () => {
    server = await GuardedHttp.start('http');
  });

  afterEach(async () => {
    agent.destroy();
    await server[Symbol.asyncDispose]();
  });

  const request = (path: string, options: RequestOptions = {}): ClientRequest =>
    http.request(server.url(path), { agent, ...options });
  const responseTo = async (made: ClientRequest): Promise<IncomingMessage> => {
    const [response] = (await once(made.end(), 'response')) as [IncomingMessage];
    return response;
  };
  const get = async (path: string, options?: RequestOptions): Promise<string> =>
    text(await responseTo(request(path, options)));
  const failureOf = async (promise: Promise<unknown>): Promise<unknown[]> => {
    const { code, cause } = (await errorOf(promise)) as ClientError;
    return [code, cause?.code];
  };

  it('gives its slot back when the body has ended', async () => {
    server.guard({ bulkhead: {} });
    const answer = responseTo(request('/slow'));
    const { response } = await server.server.next();
    response.write('begin ');
    const body = text(await answer);
    await settle();
    assert.deepEqual(server.counts, { inFlight: 1 });
    response.end('end');
    assert.equal(await body, 'begin end');
    assert.deepEqual(await server.idle(), { success: 1 });
  });

  it('waits for a slot without touching the network', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = get('/first');
    const { response } = await server.server.next();
    const second = get('/now');
    await settle();
    assert.deepEqual([server.server.connections, server.counts], [1, { inFlight: 1, queued: 1 }]);
    response.end('first');
    assert.deepEqual(await Promise.all([first, second]), ['first', 'now']);
    assert.deepEqual(server.server.seen, ['GET /first', 'GET /now']);
    assert.deepEqual([await server.idle(), server.server.connections], [{ success: 2 }, 1]);
  });

  it('is refused as a connection is, with the rejection as cause', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1 } });
    const first = get('/first');
    const { response } = await server.server.next();
    const refused = request('/now');
    const closed = once(refused, 'close').catch(() => undefined);
    assert.deepEqual(await failureOf(responseTo(refused)), ['ECONNREFUSED', 'BULKHEAD_REJECTED']);
    await closed;
    assert.ok(refused.destroyed);
    assert.equal(refused.closed, true);
    response.end();
    await first;
    assert.deepEqual(await server.idle(), { success: 1, rejected: 1 });
    assert.deepEqual(server.server.seen, ['GET /first']);
  });

  it('is cut as one that times out when no headers come in time, and its connection is gone', async () => {
    server.guard({ bulkhead: {}, timeout: '50ms' });
    const failure = failureOf(get('/hang'));
    const { request: arrived } = await server.server.next();
    const closed = once(arrived.socket, 'close');
    assert.deepEqual(await failure, ['ETIMEDOUT', 'OPERATION_TIMEOUT']);
    await closed;
    assert.deepEqual(await server.idle(), { timeout: 1 });
  });

  it('is cut while it waits for a socket of its agent, and leaves that to others', async () => {
    server.guard({ bulkhead: {}, timeout: '50ms' });
    const narrow = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const first = responseTo(request('/first', { agent: narrow }));
    const { response } = await server.server.next();
    response.write('begin');
    const body = text(await first);
    const errors: unknown[] = [];
    const cut = request('/never', { agent: narrow }).on('error', (error) => errors.push(error));
    assert.deepEqual(await failureOf(responseTo(cut)), ['ETIMEDOUT', 'OPERATION_TIMEOUT']);
    response.end();
    await body;
    assert.equal(await get('/now', { agent: narrow }), 'now');
    assert.deepEqual([errors.length, server.server.seen], [1, ['GET /first', 'GET /now']]);
    assert.deepEqual(await server.idle(), { success: 2, timeout: 1 });
    narrow.destroy();
  });

  it('follows a call that timed out, unseen, where a timeout learns', async () => {
    server.guard({ bulkhead: {}, timeout: { initial: '50ms', max: '10s' } });
    const events: string[] = [];
    const made = request('/hang');
    for (const event of ['response', 'error', 'close', 'timeout', 'abort']) made.on(event, () => events.push(event));
    assert.deepEqual(await failureOf(responseTo(made)), ['ETIMEDOUT', 'OPERATION_TIMEOUT']);
    await settle();
    assert.deepEqual([made.destroyed, made.closed], [true, true]);
    made.destroy();
    const { response, request: arrived } = await server.server.next();
    assert.deepEqual(server.counts, { inFlight: 1, timeout: 1 });
    const closed = once(arrived.socket, 'close');
    response.write('late');
    await closed;
    assert.deepEqual(await server.idle(), { timeout: 1 });
    assert.deepEqual(events, ['error', 'close']);
  });

  it('never cuts a body that has begun', async () => {
    server.guard({ bulkhead: {}, timeout: '50ms' });
    const streamed = get('/stream');
    const { response } = await server.server.next();
    response.write('begin ');
    await server.cutOne(get);
    response.end('end');
    assert.equal(await streamed, 'begin end');
    assert.deepEqual(await server.idle(), { success: 1, timeout: 1 });
  });

  for (const status of [500, 503, 429]) {
    it(`counts ${status} as a failure of the dependency, and hands it on as it is`, async () => {
      server.guard({ bulkhead: {} });
      const response = await responseTo(request(`/status/${status}`));
      assert.deepEqual([response.statusCode, await text(response)], [status, 'status']);
      assert.deepEqual(await server.idle(), { failure: 1 });
    });
  }

  it('counts a failure whose response is thrown away as one', async () => {
    server.guard({ bulkhead: {} });
    const made = request('/status/503');
    made.on('response', () => made.destroy()).end();
    await once(made, 'close');
    assert.deepEqual(await server.idle(), { failure: 1 });
  });

  it('counts no other status as a failure', async () => {
    server.guard({ bulkhead: {} });
    for (const status of [200, 204, 302, 304, 400, 404]) await get(`/status/${status}`);
    assert.deepEqual(await server.idle(), { success: 6 });
  });

  it('counts a connection that is cut before the answer as a failure', async () => {
    server.guard({ bulkhead: {} });
    assert.deepEqual(await failureOf(get('/reset')), ['ECONNRESET', undefined]);
    assert.deepEqual(await server.idle(), { failure: 1 });
  });

  it('counts a connection that is cut in the middle of the answer as a failure', async () => {
    server.guard({ bulkhead: {} });
    assert.deepEqual(await failureOf(get('/half')), ['ECONNRESET', undefined]);
    assert.deepEqual(await server.idle(), { failure: 1 });
  });

  it('counts a server that is not there as a failure', async () => {
    server.guard({ bulkhead: {} });
    const made = request('/now');
    await server.server[Symbol.asyncDispose]();
    assert.deepEqual(await failureOf(responseTo(made)), ['ECONNREFUSED', undefined]);
    assert.deepEqual(await server.idle(), { failure: 1 });
  });

  it('is answered without anybody who listens', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const made = [request('/now').end(), request('/now').end()];
    await Promise.all(made.map((each) => once(each, 'close')));
    assert.deepEqual(await server.idle(), { success: 2 });
  });

  it('throws at once what node:http throws at once, and emits it after a wait', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    assert.throws(() => request('/now', { localAddress: 'nowhere' }), { code: 'ERR_INVALID_IP_ADDRESS' });
    const first = get('/first');
    const { response } = await server.server.next();
    const failure = failureOf(get('/now', { localAddress: 'nowhere' }));
    await settle();
    response.end();
    await first;
    assert.deepEqual(await failure, ['ERR_INVALID_IP_ADDRESS', undefined]);
    assert.deepEqual(await server.idle(), { success: 1, cancelled: 2 });
  });

  it('guards by method and path', async () => {
    server.guard({ operation: 'GET /stock/*', bulkhead: { maxConcurrent: 1 } });
    const held = get('/stock/1?full=yes');
    const { response } = await server.server.next();
    assert.deepEqual(await failureOf(get('/stock/2')), ['ECONNREFUSED', 'BULKHEAD_REJECTED']);
    assert.equal(await get('/now'), 'now');
    response.end();
    await held;
    assert.deepEqual(await server.idle(), { success: 1, rejected: 1 });
  });

  it('leaves no listener and no method of ours on what it was done with', async () => {
    server.guard({ bulkhead: {}, timeout: '10s' });
    const made = request('/now');
    await text(await responseTo(made));
    if (!made.closed) await once(made, 'close');
    assert.deepEqual(Object.keys(made).includes('destroy'), false);
    assert.equal(Object.hasOwn(made, 'destroy'), false);
    assert.equal(made.listenerCount('close'), 0);
    assert.equal(
      made.eventNames().some((name) => typeof name === 'symbol'),
      false,
    );
  });

  it('is as it was when guards go', async () => {
    const before = { ...Object.getOwnPropertyDescriptors(http.Agent.prototype) };
    server.guard({ bulkhead: { maxConcurrent: 1 } });
    const held = get('/held');
    const { response } = await server.server.next();
    await server.stopGuarding();
    assert.notEqual(
      Object.getOwnPropertyDescriptor(http.Agent.prototype, 'addRequest')?.value,
      before.addRequest?.value,
    );
    assert.equal(await get('/now'), 'now');
    response.end();
    await held;
  });
});
