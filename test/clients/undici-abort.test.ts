import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { errorOf, settle } from '../support/held-work.ts';
import { retainedBytes } from '../support/retained-heap.ts';
import { GuardedHttp } from './guarded-http.ts';

describe('a guarded fetch that is given up', () => {
  let http: GuardedHttp;

  beforeEach(async () => {
    http = await GuardedHttp.start('fetch');
  });

  afterEach(async () => {
    await http[Symbol.asyncDispose]();
  });

  const get = (path: string, init?: RequestInit): Promise<string> =>
    fetch(http.url(path), init).then((response) => response.text());

  it('leaves the queue at once, with the reason of its signal', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = get('/first');
    const { response } = await http.server.next();
    const controller = new AbortController();
    const second = get('/second', { signal: controller.signal });
    await settle();
    assert.deepEqual(http.counts, { inFlight: 1, queued: 1 });
    const reason = new Error('enough');
    controller.abort(reason);
    assert.equal(await errorOf(second), reason);
    await settle();
    assert.deepEqual(http.counts, { inFlight: 1, cancelled: 1 });
    response.end();
    await first;
    assert.deepEqual(await http.idle(), { success: 1, cancelled: 1 });
    assert.deepEqual(http.server.seen, ['GET /first']);
  });

  it('gives its slot back when it is aborted before the headers, and speaks against nobody', async () => {
    http.guard({ bulkhead: {} });
    const controller = new AbortController();
    const held = get('/held', { signal: controller.signal });
    const { request } = await http.server.next();
    const closed = new Promise((resolve) => request.socket.once('close', resolve));
    const reason = new Error('enough');
    controller.abort(reason);
    assert.equal(await errorOf(held), reason);
    await closed;
    assert.deepEqual(await http.idle(), { cancelled: 1 });
  });

  it('gives its slot back when it is aborted before it is connected', async () => {
    http.guard({ bulkhead: {} });
    const controller = new AbortController();
    const held = get('/now', { signal: controller.signal });
    controller.abort();
    assert.equal(((await errorOf(held)) as Error).name, 'AbortError');
    const { success = 0, cancelled = 0 } = await http.idle();
    assert.deepEqual([success, cancelled], [0, http.guards.bulkheads.get('server').snapshot().calls.cancelled]);
  });

  it('gives its slot back when its reader has had enough', async () => {
    http.guard({ bulkhead: {} });
    const stream = fetch(http.url('/stream'));
    const { response, request } = await http.server.next();
    const closed = new Promise((resolve) => request.socket.once('close', resolve));
    response.write('some');
    for await (const chunk of (await stream).body!) {
      assert.equal(Buffer.from(chunk).toString(), 'some');
      break;
    }
    await closed;
    assert.deepEqual(await http.idle(), { cancelled: 1 });
  });

  it('keeps the reason of its signal while its body is read', async () => {
    http.guard({ bulkhead: {} });
    const controller = new AbortController();
    const stream = get('/stream', { signal: controller.signal });
    const { response } = await http.server.next();
    response.write('some');
    await settle();
    const reason = new Error('enough');
    controller.abort(reason);
    assert.equal(await errorOf(stream), reason);
    assert.equal((await http.idle()).inFlight, undefined);
  });

  it('counts as a timeout where its signal times out', async () => {
    http.guard({ bulkhead: {}, timeout: '10s' });
    const error = (await errorOf(get('/hang', { signal: AbortSignal.timeout(30) }))) as Error;
    assert.equal(error.name, 'TimeoutError');
    assert.deepEqual(await http.idle(), { timeout: 1 });
  });

  it('adds no listener to a signal that stays', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 20 }, timeout: '10s' });
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, () => get('/now', { signal })));
    const bare = new AbortController();
    http.guards.apply([]);
    await Promise.all(Array.from({ length: 20 }, () => get('/now', { signal: bare.signal })));
    assert.ok(getEventListeners(signal, 'abort').length <= getEventListeners(bare.signal, 'abort').length);
  });

  it('gives its slot back when its response was left unread and collected', async () => {
    http.guard({ bulkhead: {} });
    await begun('/big', 10_000_000);
    for (let turn = 0; turn < 100 && http.counts.inFlight === 1; turn++) {
      retainedBytes();
      await settle();
    }
    assert.deepEqual(await http.idle(), { cancelled: 1 });
  });

  /** Fetches so much, and keeps nothing of it. */
  async function begun(path: string, length: number): Promise<void> {
    const response = fetch(http.url(path));
    const arrival = await http.server.next();
    arrival.response.end('x'.repeat(length));
    await response;
  }
});
