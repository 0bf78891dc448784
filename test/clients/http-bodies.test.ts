import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { createServer, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { errorOf, settle } from '../support/held-work.ts';
import { GuardedHttp } from './guarded-http.ts';

describe('what guarded requests of node:http can do', () => {
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
    const [response] = (await once(made, 'response')) as [IncomingMessage];
    return text(response);
  };

  it('keeps what is written while it waits, headers and trailers too', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = answerTo(request('/first').end());
    const { response } = await server.server.next();
    const made = request('/upload', { method: 'POST', headers: { trailer: 'x-sum' } });
    made.setHeader('x-late', 'yes');
    made.flushHeaders();
    made.setNoDelay(true);
    made.setSocketKeepAlive(true);
    made.write('one ');
    await settle();
    made.write('two');
    made.addTrailers({ 'x-sum': '7' });
    made.end();
    const answer = answerTo(made);
    await settle();
    assert.deepEqual(server.counts, { inFlight: 1, queued: 1 });
    response.end();
    await first;
    const arrived = await server.server.next();
    assert.equal(await text(arrived.request), 'one two');
    assert.deepEqual([arrived.request.headers['x-late'], arrived.request.trailers['x-sum']], ['yes', '7']);
    arrived.response.end('done');
    assert.equal(await answer, 'done');
    assert.deepEqual(await server.idle(), { success: 2 });
  });

  it('uploads a stream with back-pressure, while the answer has begun already', async () => {
    server.guard({ bulkhead: {}, timeout: '500ms' });
    const made = request('/upload', { method: 'POST' });
    made.write('begin');
    const arrived = await server.server.next();
    arrived.response.writeHead(200).write('read ');
    const answer = answerTo(made);
    await server.cutOne((path) => answerTo(request(path).end()));
    const chunks = Array.from({ length: 64 }, () => Buffer.alloc(1 << 16));
    const [body] = await Promise.all([text(arrived.request), pipeline(Readable.from(chunks), made)]);
    arrived.response.end(String(body.length));
    assert.equal(await answer, `read ${5 + (64 << 16)}`);
    assert.deepEqual(await server.idle(), { success: 1, timeout: 1 });
  });

  it('waits for 100 Continue after a wait for a slot', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = answerTo(request('/first').end());
    const { response } = await server.server.next();
    const made = request('/echo', { method: 'PUT', headers: { expect: '100-continue' } });
    const continued = once(made, 'continue');
    response.end();
    await first;
    await continued;
    made.end('continued');
    assert.equal(await answerTo(made), 'continued');
    assert.deepEqual(await server.idle(), { success: 2 });
  });

  it('switches protocols, and gives its slot back', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '10s' });
    const headers = { connection: 'upgrade', upgrade: 'echo' };
    const made = [request('/socket', { headers }), request('/socket', { headers })];
    const upgraded = await Promise.all(made.map((each) => once(each.end(), 'upgrade')));
    assert.deepEqual(await server.idle(), { success: 2 });
    for (const [, socket] of upgraded as [IncomingMessage, Duplex][]) {
      socket.write('hello');
      assert.equal(String((await once(socket, 'data'))[0]), 'hello');
      socket.destroy();
    }
  });

  it('opens tunnels without a guard', async () => {
    const target = createServer((socket) => socket.end('through')).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const proxy = http.createServer().on('connect', ({ url = '' }, socket: Socket) => {
      const far = connect(Number(url.split(':')[1]), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      far.pipe(socket);
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const [port, path] = [proxy, target].map((each) => (each.address() as { port: number }).port);
    server.guards.apply([{ match: { service: '*' }, name: 'server', bulkhead: {} }]);
    const made = http.request({ host: '127.0.0.1', port, method: 'CONNECT', path: `127.0.0.1:${path}` }).end();
    const [, socket, head] = (await once(made, 'connect')) as [IncomingMessage, Duplex, Buffer];
    assert.equal(String(head) + (await text(socket)), 'through');
    assert.deepEqual(await server.idle(), {});
    for (const each of [proxy, target]) each.close();
  });

  it('answers HEAD and unread answers as before', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 5 } });
    const made = [request('/now', { method: 'HEAD' }).end(), request('/now').end()];
    made[1]?.on('response', (response: IncomingMessage) => response.resume());
    await Promise.all(made.map((each) => once(each, 'close')));
    assert.deepEqual(await server.idle(), { success: 2 });
  });

  const agents: Record<string, () => RequestOptions> = {
    'no agent of its own': () => ({ agent: false }),
    'an agent of one socket': () => ({ agent: new http.Agent({ keepAlive: true, maxSockets: 1 }) }),
    'a connection it makes itself': () => ({
      createConnection: () => connect(server.server.port, '127.0.0.1'),
    }),
    'a connection that comes later': () => ({
      createConnection: (_, done) => void setImmediate(() => done(null, connect(server.server.port, '127.0.0.1'))),
    }),
    'an agent that does not extend that of Node': () => ({ agent: foreignAgent(server.server.port) }),
  };
  for (const [name, options] of Object.entries(agents)) {
    it(`is guarded with ${name}`, async () => {
      server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '10s' });
      const given = options();
      const first = answerTo(request('/first', given).end());
      const { response } = await server.server.next();
      const second = answerTo(request('/now', given).end());
      await settle();
      const refused = (await errorOf(answerTo(request('/now', given).end()))) as { code: string };
      assert.equal(refused.code, 'ECONNREFUSED');
      assert.deepEqual(server.server.seen, ['GET /first']);
      response.end('first');
      assert.deepEqual(await Promise.all([first, second]), ['first', 'now']);
      assert.deepEqual(await server.idle(), { success: 2, rejected: 1 });
    });
  }

  it('survives that the connection it has made itself is lost while it waits', async () => {
    server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 3 } });
    const first = answerTo(request('/first').end());
    const { response } = await server.server.next();
    const sockets: Socket[] = [];
    const createConnection = (): Socket => {
      sockets.push(connect(server.server.port, '127.0.0.1'));
      return sockets.at(-1)!;
    };
    const lost = [0, 1, 2].map(() => errorOf(answerTo(request('/never', { createConnection }).end())));
    await settle();
    const error = new Error('lost');
    sockets[0]?.destroy(error);
    sockets[1]?.destroy();
    const given = request('/never', { createConnection });
    const refused = (await errorOf(answerTo(given.end()))) as { code: string };
    assert.equal(refused.code, 'ECONNREFUSED');
    assert.equal(sockets[3]?.destroyed, true);
    await settle();
    response.end();
    await first;
    assert.equal(await lost[0], error);
    assert.equal(((await lost[1]) as { code: string }).code, 'ECONNRESET');
    await server.server.next().then((arrival) => arrival.response.destroy());
    await lost[2];
    assert.deepEqual(await server.idle(), { success: 1, failure: 3, rejected: 1 });
  });

  it('is guarded over TLS', async () => {
    const secure = await GuardedHttp.start('http', { secure: true });
    secure.guard({ bulkhead: { maxConcurrent: 1 } });
    const agent = new https.Agent({ rejectUnauthorized: false, keepAlive: true });
    const get = (path: string): Promise<string> => answerTo(https.get(secure.url(path), { agent }));
    assert.equal(await get('/now'), 'now');
    const first = get('/first');
    const { response } = await secure.server.next();
    assert.equal(((await errorOf(get('/now'))) as { code: string }).code, 'ECONNREFUSED');
    response.end('first');
    assert.equal(await first, 'first');
    agent.destroy();
    assert.deepEqual(await secure.idle(), { success: 2, rejected: 1 });
    await secure[Symbol.asyncDispose]();
  });

  it('is guarded by the path of a Unix socket', async () => {
    const socketPath = join(tmpdir(), `resilience-${process.pid}.sock`);
    const local = http.createServer((_, response) => response.end('local')).listen(socketPath);
    await once(local, 'listening');
    server.guards.apply([{ match: { service: socketPath }, name: 'server', bulkhead: {} }]);
    assert.equal(await answerTo(http.get({ socketPath, path: '/' })), 'local');
    assert.deepEqual(await server.idle(), { success: 1 });
    local.close();
  });
});

/** An agent as old packages make them: it knows only how to give a request a socket. */
function foreignAgent(port: number): http.Agent {
  const addRequest = (made: { onSocket(socket: Socket): void }): void => made.onSocket(connect(port, '127.0.0.1'));
  return { addRequest, defaultPort: 80, protocol: 'http:' } as unknown as http.Agent;
}
