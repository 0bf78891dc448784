import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type Duplex, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type * as Undici from 'undici';
import { errorOf, settle } from '../support/held-work.ts';
import { isOldest, load } from './copies.ts';
import { GuardedHttp } from './guarded-http.ts';

const undici = load('undici') as typeof Undici;

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return ((await errorOf(promise)) as { code?: unknown }).code;
}

/** The oldest undici does not pass reasons on. */
function assertAborted(error: unknown, reason: Error): void {
  if (!isOldest || (error as Error).name !== 'AbortError') assert.equal(error, reason);
}

describe('a guarded request of undici', () => {
  let http: GuardedHttp;
  let agent: InstanceType<typeof undici.Agent>;

  beforeEach(async () => {
    http = await GuardedHttp.start('fetch');
    agent = new undici.Agent();
  });

  afterEach(async () => {
    await agent.destroy();
    await http[Symbol.asyncDispose]();
  });

  type Options = Parameters<typeof undici.request>[1];
  const get = async (path: string, options?: Options): Promise<string> => {
    const { body } = await undici.request(http.url(path), { dispatcher: agent, ...options });
    return body.text();
  };

  it('rejects with the rejection itself, as it rejects with errors of undici', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1 } });
    const first = get('/first');
    const { response } = await http.server.next();
    assert.equal(await codeOf(get('/now')), 'BULKHEAD_REJECTED');
    response.end('first');
    assert.equal(await first, 'first');
    assert.deepEqual(await http.idle(), { success: 1, rejected: 1 });
    assert.deepEqual(http.server.seen, ['GET /first']);
  });

  it('waits without touching the network', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 2 } });
    const first = get('/first');
    const { response } = await http.server.next();
    const others = [get('/now'), get('/echo', { method: 'POST', body: 'posted' })];
    await settle();
    assert.deepEqual([http.server.connections, http.counts], [1, { inFlight: 1, queued: 2 }]);
    response.end();
    await first;
    assert.deepEqual(await Promise.all(others), ['now', 'posted']);
    assert.deepEqual(await http.idle(), { success: 3 });
  });

  it('rejects with the timeout itself, and its connection is gone', async () => {
    http.guard({ bulkhead: {}, timeout: '50ms' });
    const code = codeOf(get('/hang'));
    const { request } = await http.server.next();
    const closed = once(request.socket, 'close');
    assert.equal(await code, 'OPERATION_TIMEOUT');
    await closed;
    assert.deepEqual(await http.idle(), { timeout: 1 });
  });

  it('is not cut once its headers are there', async () => {
    http.guard({ bulkhead: {}, timeout: '50ms' });
    const streamed = get('/stream');
    const { response } = await http.server.next();
    response.write('begin ');
    await http.cutOne((path) => get(path));
    response.end('end');
    assert.equal(await streamed, 'begin end');
    assert.deepEqual(await http.idle(), { success: 1, timeout: 1 });
  });

  it('leaves the queue with the reason of its signal, be it a target of events or an emitter', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 2 } });
    const first = get('/first');
    const { response } = await http.server.next();
    const [controller, emitter] = [new AbortController(), new EventEmitter()];
    const errors = [
      errorOf(get('/second', { signal: controller.signal })),
      errorOf(get('/third', { signal: emitter })),
    ];
    await settle();
    assert.deepEqual(http.counts, { inFlight: 1, queued: 2 });
    const reason = new Error('enough');
    controller.abort(reason);
    emitter.emit('abort');
    const [second, third] = (await Promise.all(errors)) as Error[];
    assertAborted(second, reason);
    assert.equal(third?.name, 'AbortError');
    await settle();
    assert.deepEqual(http.counts, { inFlight: 1, cancelled: 2 });
    response.end();
    await first;
    assert.deepEqual(http.server.seen, ['GET /first']);
    assert.deepEqual(await http.idle(), { success: 1, cancelled: 2 });
  });

  it('can be aborted after a wait, while it runs', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = get('/first');
    const { response } = await http.server.next();
    const controller = new AbortController();
    const second = errorOf(get('/second', { signal: controller.signal }));
    await settle();
    response.end();
    await first;
    await http.server.next();
    const reason = new Error('enough');
    controller.abort(reason);
    assertAborted(await second, reason);
    assert.deepEqual(await http.idle(), { success: 1, cancelled: 1 });
  });

  it('gives its slot back when its body is destroyed or dumped', async () => {
    http.guard({ bulkhead: {} });
    const requested = undici.request(http.url('/stream'), { dispatcher: agent });
    const { response } = await http.server.next();
    response.write('some');
    const { body } = await requested;
    body.on('error', () => undefined).destroy();
    const dumped = await undici.request(http.url('/now'), { dispatcher: agent });
    await dumped.body.dump();
    assert.deepEqual(await http.idle(), { success: 1, cancelled: 1 });
  });

  it('sends a stream after a wait, and ends a stream that is refused or fails meanwhile', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 2 } });
    const first = get('/first');
    const { response } = await http.server.next();
    const bodies = [Readable.from(['str', 'eam']), Readable.from(['fails']), Readable.from(['refused'])];
    const [sent, failed, refused] = bodies.map((body) => get('/echo', { method: 'POST', body }));
    const error = new Error('no more');
    bodies[1]?.destroy(error);
    assert.equal(await codeOf(refused!), 'BULKHEAD_REJECTED');
    assert.equal(await errorOf(failed!), error);
    response.end();
    await first;
    assert.equal(await sent, 'stream');
    assert.deepEqual(
      bodies.map(({ destroyed }) => destroyed),
      [true, true, true],
    );
    assert.deepEqual(await http.idle(), { success: 2, cancelled: 1, rejected: 1 });
  });

  it('counts 503 as a failure, and hands it on', async () => {
    http.guard({ bulkhead: {} });
    const { statusCode, body } = await undici.request(http.url('/status/503'), { dispatcher: agent });
    assert.deepEqual([statusCode, await body.text()], [503, 'status']);
    assert.deepEqual(await http.idle(), { failure: 1 });
  });

  it('passes informational answers on', async () => {
    http.guard({ bulkhead: {}, timeout: '10s' });
    const infos: number[] = [];
    const onInfo = ({ statusCode }: { statusCode: number }): void => void infos.push(statusCode);
    const requested = get('/early', { onInfo });
    const { response } = await http.server.next();
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('done');
    assert.equal(await requested, 'done');
    assert.deepEqual(infos, [103]);
    assert.deepEqual(await http.idle(), { success: 1 });
  });

  it('can be a stream or a pipeline', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 5 }, timeout: '10s' });
    const written: Buffer[] = [];
    const write = (chunk: Buffer, _: unknown, done: () => void): void => {
      written.push(chunk);
      done();
    };
    const streamed = undici.stream(
      http.url('/now'),
      { method: 'GET', dispatcher: agent },
      () => new Writable({ write }),
    );
    const pipeline = undici.pipeline(http.url('/echo'), { dispatcher: agent, method: 'POST' }, ({ body }) => body);
    pipeline.end('piped');
    assert.deepEqual(
      [await text(pipeline), await streamed.then(() => Buffer.concat(written).toString())],
      ['piped', 'now'],
    );
    assert.deepEqual(await http.idle(), { success: 2 });
  });

  it('fails a stream and a pipeline with the rejection', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1 } });
    const first = get('/first');
    const { response } = await http.server.next();
    const streamed = undici.stream(http.url('/now'), { method: 'GET', dispatcher: agent }, () => new Writable());
    assert.equal(await codeOf(streamed as Promise<unknown>), 'BULKHEAD_REJECTED');
    const pipeline = undici.pipeline(http.url('/echo'), { dispatcher: agent, method: 'POST' }, ({ body }) => body);
    pipeline.end('piped');
    assert.equal(await codeOf(text(pipeline)), 'BULKHEAD_REJECTED');
    response.end();
    await first;
  });

  it('gives its slot back when the protocol is switched', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '50ms' });
    const upgrade = (): Promise<{ socket: Duplex }> =>
      undici.upgrade(http.url('/socket'), { dispatcher: agent, protocol: 'echo' });
    const sockets = (await Promise.all([upgrade(), upgrade()])).map(({ socket }) => socket);
    assert.deepEqual(await http.idle(), { success: 2 });
    for (const socket of sockets) {
      socket.write('hello');
      assert.equal(String((await once(socket, 'data'))[0]), 'hello');
      socket.destroy();
    }
  });

  it('fails by what is wrong with its options as it did, which speaks against nobody', async () => {
    http.guard({ bulkhead: {} });
    assert.throws(() => agent.dispatch({ origin: http.url(''), path: '/', method: 'GET' }, null as never), {
      code: 'UND_ERR_INVALID_ARG',
    });
    assert.equal(await codeOf(get('/now', { headers: 7 as never })), 'UND_ERR_INVALID_ARG');
    assert.equal(await codeOf(get('/now', { method: 'no method' as never })), 'UND_ERR_INVALID_ARG');
    assert.deepEqual(await http.idle(), { cancelled: 2 });
  });
});
