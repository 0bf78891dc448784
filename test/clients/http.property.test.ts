import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import type * as Undici from 'undici';
import { settle } from '../support/held-work.ts';
import { load } from './copies.ts';
import { GuardedHttp } from './guarded-http.ts';

type Send = (url: string, signal: AbortSignal) => Promise<string>;

const undici = load('undici') as typeof Undici;
let dispatcher: Undici.Agent;
let agent: http.Agent;

const clients: Record<string, ['fetch' | 'http', Send]> = {
  fetch: ['fetch', async (url, signal) => (await fetch(url, { signal })).text()],
  'a request of undici': [
    'fetch',
    async (url, signal) => (await undici.request(url, { signal, dispatcher })).body.text(),
  ],
  'a request of node:http': [
    'http',
    async (url, signal) => {
      const made = http.request(url, { signal, agent }).end();
      // What comes after the response is about the response too.
      made.on('error', () => undefined);
      const [response] = (await once(made, 'response')) as [IncomingMessage];
      return text(response);
    },
  ],
};

/** What the server does with a call, and after how many turns its caller gives it up. */
const calls = fc.array(
  fc.record({
    path: fc.constantFrom(
      '/now',
      '/status/503',
      '/reset',
      '/half',
      '/to/now',
      '/held/end',
      '/held/cut',
      '/held/half',
      '/held/hang',
    ),
    abortAfter: fc.option(fc.nat(8), { freq: 4, nil: undefined }),
    turns: fc.nat(3),
  }),
  { minLength: 1, maxLength: 12 },
);
const guards = fc.record({
  bulkhead: fc.record({ maxConcurrent: fc.integer({ min: 1, max: 4 }), maxQueue: fc.nat(6) }),
  timeout: fc.constantFrom(40, { initial: 40, max: 80 }),
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await settle();
}

for (const [name, [client, send]] of Object.entries(clients)) {
  describe(`whatever servers and callers do: ${name}`, () => {
    before(() => {
      dispatcher = new undici.Agent();
      agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
    });

    after(async () => {
      await dispatcher.destroy();
      agent.destroy();
    });

    it('settles once, and gives back its slot', async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(calls, guards, async (program, rule) => {
          const server = await GuardedHttp.start(client);
          server.guard({ ...rule, bulkhead: { ...rule.bulkhead, isolationThreshold: 1_000, failureThreshold: 1_000 } });
          const stopped = answerHeld(server);
          let settled = 0;
          const sent: Promise<void>[] = [];
          for (const call of program) {
            const controller = new AbortController();
            const note = (): void => void settled++;
            sent.push(send(server.url(call.path), controller.signal).then(note, note));
            if (call.abortAfter !== undefined) void turns(call.abortAfter).then(() => controller.abort());
            await turns(call.turns);
          }
          await Promise.all(sent);
          assert.equal(settled, program.length);
          const { inFlight, queued, ...ends } = await server.idle();
          assert.deepEqual([inFlight, queued], [undefined, undefined]);
          const counted = Object.values(ends).reduce((sum, count) => sum + count, 0);
          const redirected = program.filter(({ path }) => path === '/to/now').length;
          // What is aborted before it begins is no call; what is redirected is two.
          assert.ok(counted <= program.length + redirected, JSON.stringify(ends));
          stopped();
          await server[Symbol.asyncDispose]();
        }),
        { numRuns: 60 },
      );
    });
  });
}

/** Answers what the server holds, a few turns later, as its path says. */
function answerHeld({ server }: GuardedHttp): () => void {
  let isOver = false;
  const answer = async (): Promise<void> => {
    const { request: arrived, response } = await server.next();
    if (isOver) return;
    void answer();
    await turns(2);
    if (arrived.url === '/held/end') response.end('held');
    else if (arrived.url === '/held/cut') response.destroy();
    else if (arrived.url === '/held/half') response.writeHead(200).write('half', () => response.destroy());
  };
  void answer();
  return () => (isOver = true);
}
