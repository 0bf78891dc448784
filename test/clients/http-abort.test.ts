import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { errorOf, settle } from '../support/held-work.ts';
import { GuardedHttp } from './guarded-http.ts';
import type { Arrival } from './held-server.ts';

describe('a guarded request of node:http that is given up', () => {
  let server: GuardedHttp;

  beforeEach(async () => {
    server = await GuardedHttp.start('http');
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  const request = (path: string, options: RequestOptions = {}): ClientRequest =>
    http.request(server.url(path), options);
  const answerTo = async (made: ClientRequest): Promise<string> => {
    const [response] = (await once(made.end(), 'response')) as [IncomingMessage];
    return text(response);
  };

  /** A request that runs, and one that waits for it, given up by the test. */
  async function waiting(
    options?: RequestOptions,
  ): Promise<{ first: Promise<string>; held: Arrival; made: ClientRequest }> {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = answerTo(request('/first'));
    const held = await server.server.next();
    const made = request('/never', options);
    await settle();
    assert.deepEqual(server.counts, { inFlight: 1, queued: 1 });
    return { first, held, made };
  }

  async function finish({ first, held }: { first: Promise<string>; held: Arrival }): Promise<void> {
    assert.deepEqual(server.counts, { inFlight: 1, cancelled: 1 });
    held.response.end('first');
    assert.equal(await first, 'first');
    assert.deepEqual(await server.idle(), { success: 1, cancelled: 1 });
    assert.deepEqual(server.server.seen, ['GET /first']);
  }

  it('leaves the queue at once when it is destroyed, with the error it was destroyed with', async () => {
    const held = await waiting();
    const error = new Error('enough');
    const told = errorOf(once(held.made, 'response'));
    const closed = new Promise((resolve) => held.made.once('close', resolve));
    assert.equal(held.made.destroy(error), held.made);
    assert.equal(await told, error);
    await closed;
    assert.ok(held.made.destroyed);
    await finish(held);
  });

  it('leaves the queue as one that hung up when it is destroyed without an error', async () => {
    const held = await waiting();
    const told = errorOf(answerTo(held.made));
    held.made.destroy();
    assert.equal(((await told) as { code?: string }).code, 'ECONNRESET');
    await finish(held);
  });

  it('leaves the queue when it is aborted in the old way, which is no error', async () => {
    const held = await waiting();
    const events: string[] = [];
    for (const event of ['abort', 'error', 'close']) held.made.on(event, () => events.push(event));
    const closed = once(held.made, 'close');
    (held.made as { abort(): void }).abort();
    await closed;
    assert.deepEqual(events, ['abort', 'close']);
    await finish(held);
  });

  it('leaves the queue with the reason of its signal', async () => {
    const controller = new AbortController();
    const held = await waiting({ signal: controller.signal });
    const told = errorOf(answerTo(held.made));
    const reason = new Error('enough');
    controller.abort(reason);
    const { name, cause } = (await told) as Error;
    assert.deepEqual([name, cause], ['AbortError', reason]);
    await settle();
    await finish(held);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  it('is not sent where its signal was aborted before', async () => {
    server.guard({ bulkhead: {} });
    const error = (await errorOf(answerTo(request('/never', { signal: AbortSignal.abort() })))) as Error;
    assert.equal(error.name, 'AbortError');
    assert.deepEqual([await server.idle(), server.server.seen], [{}, []]);
  });

  it('gives its slot back when it is destroyed before the headers, and speaks against nobody', async () => {
    server.guard({ bulkhead: {} });
    const made = request('/held');
    const told = errorOf(answerTo(made));
    const { request: arrived } = await server.server.next();
    const closed = once(arrived.socket, 'close');
    const error = new Error('enough');
    made.destroy(error);
    assert.equal(await told, error);
    await closed;
    assert.deepEqual(await server.idle(), { cancelled: 1 });
  });

  it('gives its slot back when it is destroyed before it is connected', async () => {
    server.guard({ bulkhead: {} });
    const made = request('/never');
    const told = errorOf(answerTo(made));
    made.destroy();
    assert.equal(((await told) as { code?: string }).code, 'ECONNRESET');
    assert.deepEqual(await server.idle(), { cancelled: 1 });
  });

  it('gives its slot back when its reader has had enough', async () => {
    server.guard({ bulkhead: {} });
    for (const stop of [
      (response: IncomingMessage) => response.destroy(),
      (response: IncomingMessage) => response.destroy(new Error('enough')),
      (_: IncomingMessage, made: ClientRequest) => made.destroy(),
    ]) {
      const made = request('/stream')
        .on('error', () => undefined)
        .end();
      const { response: answer } = await server.server.next();
      answer.write('some');
      const [response] = (await once(made, 'response')) as [IncomingMessage];
      response.on('error', () => undefined);
      const closed = new Promise((resolve) => made.once('close', resolve));
      stop(response, made);
      await closed;
    }
    const { success = 0, cancelled = 0, ...others } = await server.idle();
    assert.deepEqual([success + cancelled, others], [3, {}]);
  });

  it('times out by its own clock, which does not run while it waits', async () => {
    const held = await waiting({ timeout: 30 });
    const timedOut = once(held.made, 'timeout');
    held.held.response.end();
    await held.first;
    held.made.end();
    await timedOut;
    held.made.on('error', () => undefined).destroy();
    assert.deepEqual(await server.idle(), { success: 1, cancelled: 1 });
    assert.deepEqual(server.server.seen, ['GET /first', 'GET /never']);
  });

  it('has its timeout set while it waits', async () => {
    const held = await waiting();
    const timedOut = new Promise<void>((resolve) => {
      held.made.setTimeout(30, resolve);
    });
    held.held.response.end();
    await held.first;
    held.made.end();
    await timedOut;
    held.made.on('error', () => undefined).destroy();
    assert.equal((await server.idle()).inFlight, undefined);
  });
});
