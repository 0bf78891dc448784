import assert from 'node:assert/strict';
import { errorOf, settle } from '../support/held-work.ts';
import { GuardedHttp } from './guarded-http.ts';

/** The error that `fetch` rejects with, and its cause. */
async function failureOf(promise: Promise<unknown>): Promise<{ name: string; message: string; cause: string }> {
  const { name, message, cause } = (await errorOf(promise)) as Error;
  return { name, message, cause: String((cause as { code?: unknown } | undefined)?.code) };
}

describe('a guarded fetch', () => {
  let http: GuardedHttp;

  beforeEach(async () => {
    http = await GuardedHttp.start('fetch');
  });

  afterEach(async () => {
    await http[Symbol.asyncDispose]();
  });

  const get = (path: string, init?: RequestInit): Promise<string> =>
    fetch(http.url(path), init).then((response) => response.text());

  it('gives its slot back when the body has ended', async () => {
    http.guard({ bulkhead: {} });
    const response = fetch(http.url('/slow'));
    const { response: answer } = await http.server.next();
    answer.write('begin ');
    const { body } = await response;
    await settle();
    assert.deepEqual(http.counts, { inFlight: 1 });
    answer.end('end');
    assert.equal(await new Response(body).text(), 'begin end');
    assert.deepEqual(await http.idle(), { success: 1 });
  });

  it('waits for a slot without touching the network', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = get('/first');
    const { response } = await http.server.next();
    const second = get('/now');
    await settle();
    assert.deepEqual([http.server.connections, http.counts], [1, { inFlight: 1, queued: 1 }]);
    response.end('first');
    assert.deepEqual(await Promise.all([first, second]), ['first', 'now']);
    assert.deepEqual(http.server.seen, ['GET /first', 'GET /now']);
    assert.deepEqual(await http.idle(), { success: 2 });
  });

  it('is refused as fetch fails, with the rejection as cause', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1 } });
    const first = get('/first');
    const { response } = await http.server.next();
    assert.deepEqual(await failureOf(get('/now')), {
      name: 'TypeError',
      message: 'fetch failed',
      cause: 'BULKHEAD_REJECTED',
    });
    response.end();
    await first;
    assert.deepEqual(await http.idle(), { success: 1, rejected: 1 });
    assert.deepEqual(http.server.seen, ['GET /first']);
  });

  it('is cut as fetch fails when no headers come in time, and stops its request', async () => {
    http.guard({ bulkhead: {}, timeout: '50ms' });
    const failure = failureOf(get('/hang'));
    const { request } = await http.server.next();
    const closed = new Promise((resolve) => request.socket.once('close', resolve));
    assert.deepEqual(await failure, { name: 'TypeError', message: 'fetch failed', cause: 'OPERATION_TIMEOUT' });
    await closed;
    assert.deepEqual(await http.idle(), { timeout: 1 });
  });

  it('never cuts a body that has begun', async () => {
    http.guard({ bulkhead: {}, timeout: '50ms' });
    const streamed = get('/stream');
    const { response } = await http.server.next();
    response.write('begin ');
    await http.cutOne(get);
    response.end('end');
    assert.equal(await streamed, 'begin end');
    assert.deepEqual(await http.idle(), { success: 1, timeout: 1 });
  });

  it('follows a call that timed out, unseen, where a timeout learns', async () => {
    http.guard({ bulkhead: {}, timeout: { initial: '50ms', max: '10s' } });
    assert.equal((await failureOf(get('/hang'))).cause, 'OPERATION_TIMEOUT');
    const { response, request } = await http.server.next();
    assert.deepEqual(http.counts, { inFlight: 1, timeout: 1 });
    const closed = new Promise((resolve) => request.socket.once('close', resolve));
    response.write('late');
    await closed;
    assert.deepEqual(await http.idle(), { timeout: 1 });
    assert.equal(http.guards.allTimeouts[1]?.snapshot().operations[0]?.calls.timeout, 1);
  });

  for (const status of [500, 503, 429]) {
    it(`counts ${status} as a failure of the dependency, and hands it on as it is`, async () => {
      http.guard({ bulkhead: {} });
      const response = await fetch(http.url(`/status/${status}`));
      assert.equal(response.status, status);
      assert.equal(await response.text(), 'status');
      assert.deepEqual(await http.idle(), { failure: 1 });
    });
  }

  it('counts no other status as a failure', async () => {
    http.guard({ bulkhead: {} });
    for (const status of [200, 204, 304, 400, 404, 418]) await get(`/status/${status}`);
    assert.deepEqual(await http.idle(), { success: 6 });
  });

  it('counts a connection that is cut before the answer as a failure, and fails as fetch does', async () => {
    http.guard({ bulkhead: {} });
    assert.match((await failureOf(get('/reset'))).cause, /^(UND_ERR_SOCKET|ECONNRESET)$/);
    assert.deepEqual(await http.idle(), { failure: 1 });
  });

  it('counts a connection that is cut in the middle of the answer as a failure', async () => {
    http.guard({ bulkhead: {} });
    assert.equal((await failureOf(get('/half'))).message, 'terminated');
    assert.deepEqual(await http.idle(), { failure: 1 });
  });

  it('counts a server that is not there as a failure', async () => {
    http.guard({ bulkhead: {} });
    const url = http.url('/now');
    await http.server[Symbol.asyncDispose]();
    assert.equal((await failureOf(fetch(url))).cause, 'ECONNREFUSED');
    assert.deepEqual(await http.idle(), { failure: 1 });
  });

  it('is isolated by failures, and recovers', async () => {
    http.guard({ bulkhead: { isolationThreshold: 3 } });
    for (let each = 0; each < 3; each++) await get('/status/500');
    const error = (await errorOf(get('/now'))) as { cause: { reason: string } };
    assert.equal(error.cause.reason, 'isolated');
    http.guards.bulkheads.get('server').reset();
    assert.equal(await get('/now'), 'now');
  });

  it('follows redirects by requests of their own, at most one of which has the slot', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    assert.equal(await get('/to/now'), 'now');
    assert.deepEqual(http.server.seen, ['GET /to/now', 'GET /now']);
    assert.deepEqual(await http.idle(), { success: 2 });
  });

  it('guards by method and path', async () => {
    http.guard({ operation: 'GET /stock/*', bulkhead: { maxConcurrent: 1 } });
    const held = get('/stock/1?full=yes');
    const { response } = await http.server.next();
    assert.equal((await failureOf(get('/stock/2'))).cause, 'BULKHEAD_REJECTED');
    assert.equal(await get('/now'), 'now');
    assert.equal(await get('/echo', { method: 'POST', body: 'posted' }), 'posted');
    response.end();
    await held;
    assert.deepEqual(await http.idle(), { success: 1, rejected: 1 });
  });

  it('lets everything pass once its rules are gone', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1 } });
    const held = get('/held');
    const { response } = await http.server.next();
    http.guards.apply([]);
    assert.equal(await get('/now'), 'now');
    response.end();
    await held;
  });
});
