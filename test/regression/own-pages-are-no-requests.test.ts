import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { get, type IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { restore, stub } from 'sinon';
import { quietServer } from '../../src/status/quiet-server.ts';
import { StatusServer } from '../../src/status/status-server.ts';

/** What the instrumentation of `node:http` replaces to see requests. */
function watched(): { seen: unknown[] } {
  const seen: unknown[] = [];
  stub(Server.prototype, 'emit').callsFake(function (this: Server, ...event: [string]) {
    if (event[0] === 'request') seen.push(this);
    return EventEmitter.prototype.emit.apply(this, event);
  });
  return { seen };
}

async function statusOf(url: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('what the package serves of itself', () => {
  afterEach(() => restore());

  it('is not seen as requests to the application', async () => {
    const { seen } = watched();
    const application = new Server((_, response) => void response.end()).listen(0, 'localhost');
    const own = quietServer({}, (_, response) => void response.writeHead(204).end()).listen(0, 'localhost');
    await Promise.all([once(application, 'listening'), once(own, 'listening')]);
    const urls = [application, own].map((server) => `http://localhost:${(server.address() as AddressInfo).port}/`);
    assert.deepEqual(await Promise.all(urls.map(statusOf)), [200, 204]);
    assert.deepEqual(seen, [application]);
    application.close();
    own.close();
  });

  it('is not seen so either where it is the status page', async () => {
    const { seen } = watched();
    const failed: Error[] = [];
    using page = new StatusServer(
      (_, response) => void response.writeHead(204).end(),
      { port: 0 },
      (error) => failed.push(error),
    );
    while (page.url === undefined) await new Promise(setImmediate);
    assert.equal(await statusOf(page.url), 204);
    assert.deepEqual([seen, failed], [[], []]);
  });
});
