import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StatusPage } from '../../src/status/status-handler.ts';
import { StatusServer } from '../../src/status/status-server.ts';
import { viewOf } from '../support/status-view.ts';

describe('the handler of the status page', () => {
  let page: StatusPage;
  let server: Server | undefined;

  const open = async (listener: RequestListener): Promise<string> => {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  beforeEach(() => {
    page = new StatusPage(() => viewOf());
  });

  afterEach(() => {
    page[Symbol.dispose]();
    server?.close();
    server?.closeAllConnections();
  });

  it('gives the page, its content, its files and its JSON', async () => {
    const url = await open(page.handle);
    const types = await Promise.all(
      ['/', '/content', '/status.css', '/status.js', '/sla.json', '/sla.json?x=1'].map(async (path) => {
        const response = await fetch(url + path);
        await response.text();
        return `${response.status} ${response.headers.get('content-type')}`;
      }),
    );
    assert.deepEqual(types, [
      '200 text/html; charset=utf-8',
      '200 text/html; charset=utf-8',
      '200 text/css; charset=utf-8',
      '200 text/javascript; charset=utf-8',
      '200 application/json; charset=utf-8',
      '200 application/json; charset=utf-8',
    ]);
    assert.deepEqual(await (await fetch(`${url}/sla.json`)).json(), JSON.parse(JSON.stringify(viewOf())));
  });

  it('refuses inline scripts, frames and caches by its headers', async () => {
    const { headers } = await fetch(await open(page.handle));
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  });

  it('answers HEAD without a body, other methods with 405, other paths with 404', async () => {
    const url = await open(page.handle);
    const head = await fetch(url, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.ok(Number(head.headers.get('content-length')) > 1_000);
    assert.equal(await head.text(), '');
    assert.equal((await fetch(url, { method: 'POST' })).status, 405);
    for (const path of ['/nothing', '/__proto__', '/constructor']) assert.equal((await fetch(url + path)).status, 404);
  });

  it('stands in a folder of the server that it is mounted in', async () => {
    // As express does it: `url` loses the mount point, which `baseUrl` keeps.
    const url = await open((request, response) => {
      const rest = request.url!.slice('/ops/status'.length);
      Object.assign(request, { originalUrl: request.url, baseUrl: '/ops/status', url: rest === '' ? '/' : rest });
      page.handle(request, response);
    });
    const moved = await fetch(`${url}/ops/status`, { redirect: 'manual' });
    assert.deepEqual([moved.status, moved.headers.get('location')], [308, 'status/']);
    assert.equal((await fetch(`${url}/ops/status`)).url, `${url}/ops/status/`);
    assert.equal((await fetch(`${url}/ops/status/sla.json`)).status, 200);
  });

  it('answers with 500 where the state cannot be read, and throws nothing', async () => {
    const broken = new StatusPage(() => {
      throw new Error('no state');
    });
    const response = await fetch(await open(broken.handle));
    assert.deepEqual([response.status, await response.text()], [500, 'The status page failed: no state\n']);
    broken[Symbol.dispose]();
  });
});

describe('the server of the status page', () => {
  const listening = async (status: StatusServer): Promise<string> => {
    while (status.url === undefined) await new Promise((resolve) => setImmediate(resolve));
    return status.url;
  };

  it('listens on localhost only, and keeps no process alive', async () => {
    using page = new StatusPage(() => viewOf());
    using status = new StatusServer(page.handle, { port: 0 }, assert.fail);
    const url = await listening(status);
    assert.match(url, /^http:\/\/localhost:\d+\/$/);
    assert.equal((await fetch(url)).status, 200);
    assert.ok(!process.getActiveResourcesInfo().includes('TCPServerWrap'));
  });

  it('answers nobody who calls this machine by another name', async () => {
    const page = new StatusPage(() => viewOf());
    const status = new StatusServer(page.handle, { port: 0 }, assert.fail);
    const { port } = new URL(await listening(status));
    const codeFor = async (host: string): Promise<number | undefined> => {
      const asked = get({ host: 'localhost', port, headers: { host } });
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    assert.deepEqual(
      [await codeFor(`localhost:${port}`), await codeFor(`127.0.0.1:${port}`), await codeFor(`evil.example:${port}`)],
      [200, 200, 403],
    );
    status[Symbol.dispose]();
    page[Symbol.dispose]();
  });

  it('says that the port is taken', async () => {
    using page = new StatusPage(() => viewOf());
    using first = new StatusServer(page.handle, { port: 0 }, assert.fail);
    const { port } = new URL(await listening(first));
    const told = new EventEmitter();
    const trouble = once(told, 'trouble');
    using second = new StatusServer(page.handle, { port: Number(port) }, (error) => told.emit('trouble', error));
    assert.match(String(await trouble), /EADDRINUSE/);
    assert.equal(second.url, undefined);
  });
});
