import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { errorOf, settle } from '../support/held-work.ts';
import { GuardedHttp } from './guarded-http.ts';

type Body = NonNullable<RequestInit['body']>;

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('some');
  await settle();
  throw new Error('no more');
}

describe('the bodies of a guarded fetch', () => {
  let http: GuardedHttp;

  beforeEach(async () => {
    http = await GuardedHttp.start('fetch');
  });

  afterEach(async () => {
    await http[Symbol.asyncDispose]();
  });

  const post = (body: Body): Promise<string> =>
    fetch(http.url('/echo'), { method: 'POST', body, duplex: 'half' }).then((response) => response.text());

  const form = (): FormData => {
    const data = new FormData();
    data.set('name', 'value');
    return data;
  };
  const streamed = (): ReadableStream => ReadableStream.from([Buffer.from('str'), Buffer.from('eam')]);

  for (const [kind, body, expected] of [
    ['a text', () => 'text', /^text$/],
    ['bytes', () => Buffer.from('bytes'), /^bytes$/],
    ['a blob', () => new Blob(['blob']), /^blob$/],
    ['search parameters', () => new URLSearchParams({ a: 'b' }), /^a=b$/],
    ['a form', form, /name="name"\r\n\r\nvalue\r\n/],
    ['a stream', streamed, /^stream$/],
  ] as [string, () => Body, RegExp][]) {
    it(`are sent at once and after a wait: ${kind}`, async () => {
      http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '10s' });
      const bodies = await Promise.all([post(body()), post(body())]);
      for (const each of bodies) assert.match(each, expected);
      assert.deepEqual(await http.idle(), { success: 2 });
    });
  }

  it('are not read before there is a slot', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = fetch(http.url('/first'));
    const { response } = await http.server.next();
    let pulls = 0;
    const pull = (controller: ReadableStreamDefaultController): void => {
      controller.enqueue(Buffer.from(String(++pulls)));
      if (pulls === 5) controller.close();
    };
    const second = post(new ReadableStream({ pull }, { highWaterMark: 0 }));
    await settle();
    // Some versions of fetch take the first piece ahead.
    assert.ok(pulls <= 1);
    assert.deepEqual(http.counts, { inFlight: 1, queued: 1 });
    response.end();
    await (await first).text();
    assert.equal(await second, '12345');
  });

  it('are cancelled neither by a refusal nor by anything but their own end', async () => {
    http.guard({ bulkhead: { maxConcurrent: 1 } });
    const first = fetch(http.url('/first'));
    const { response } = await http.server.next();
    const error = (await errorOf(post(streamed()))) as Error;
    assert.equal((error.cause as { code: string }).code, 'BULKHEAD_REJECTED');
    response.end();
    await (await first).text();
    assert.deepEqual(await http.idle(), { success: 1, rejected: 1 });
  });

  it('that fail while they are sent fail the request, not the dependency', async () => {
    http.guard({ bulkhead: {} });
    const error = (await errorOf(post(ReadableStream.from(failing())))) as Error;
    assert.equal(error.message, 'fetch failed');
    assert.equal((await http.idle()).failure, undefined);
  });

  it('may be longer in coming than a timeout, once the headers are there', async () => {
    http.guard({ bulkhead: {}, timeout: '500ms' });
    const response = fetch(http.url('/events'), { headers: { accept: 'text/event-stream' } });
    const { response: answer } = await http.server.next();
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write('data: 1\n\n');
    const reader = (await response).body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, 'data: 1\n\n');
    await http.cutOne((path) => fetch(http.url(path)));
    answer.write('data: 2\n\n');
    assert.equal((await reader.read()).value, 'data: 2\n\n');
    assert.equal(http.counts.inFlight, 1);
    answer.end();
    assert.equal((await reader.read()).done, true);
    assert.deepEqual(await http.idle(), { success: 1, timeout: 1 });
  });

  it('keep their pace: what is not read is not sent', async () => {
    http.guard({ bulkhead: {} });
    const fetched = fetch(http.url('/big'));
    const { response: answer } = await http.server.next();
    for (let mebibytes = 0; mebibytes < 64; mebibytes++) answer.write(Buffer.alloc(1 << 20));
    answer.end();
    const response = await fetched;
    await settle();
    assert.ok(answer.writableLength > 1 << 20);
    assert.equal((await response.arrayBuffer()).byteLength, 64 << 20);
    assert.deepEqual(await http.idle(), { success: 1 });
  });

  it('are decoded', async () => {
    http.guard({ bulkhead: {} });
    const fetched = fetch(http.url('/zip'));
    const { response } = await http.server.next();
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unzipped'));
    assert.equal(await (await fetched).text(), 'unzipped');
    assert.deepEqual(await http.idle(), { success: 1 });
  });

  it('that cannot be decoded fail as fetch fails', async () => {
    http.guard({ bulkhead: {} });
    const fetched = fetch(http.url('/zip'));
    const { response } = await http.server.next();
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('no zip at all');
    const { message } = (await errorOf((await fetched).text())) as Error;
    assert.equal(message, 'terminated');
    assert.equal((await http.idle()).inFlight, undefined);
  });

  it('may be copied', async () => {
    http.guard({ bulkhead: {} });
    const response = await fetch(http.url('/now'));
    const copy = response.clone();
    assert.deepEqual(await Promise.all([response.text(), copy.text()]), ['now', 'now']);
    assert.deepEqual(await http.idle(), { success: 1 });
  });
});
