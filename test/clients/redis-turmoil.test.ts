import assert from 'node:assert/strict';
import { settle } from '../support/held-work.ts';
import { GuardedRedis } from './guarded-redis.ts';
import { PACKAGES, type RedisClient } from './redis-clients.ts';
import { RedisServer } from './redis-server.ts';

for (const each of PACKAGES) {
  describe(`guarded commands of ${each.name}, whatever callers and the server do`, () => {
    let server: RedisServer;
    let cache: GuardedRedis;

    before(async () => (server = await RedisServer.start()));
    after(() => server[Symbol.asyncDispose]());
    beforeEach(() => (cache = new GuardedRedis(server, each)));
    afterEach(() => cache[Symbol.asyncDispose]());

    it('end once each, in their order, leave transactions whole and no slot taken', async () => {
      cache.guard(
        {
          operation: 'INCR',
          bulkhead: { maxConcurrent: 2, maxQueue: 3, queueTimeout: '10ms', isolationThreshold: 1e6 },
        },
        { name: 'all', bulkhead: { maxConcurrent: 4, maxQueue: 4, isolationThreshold: 1e6 }, timeout: '15ms' },
      );
      const clients = await Promise.all([1, 2, 3].map(() => cache.connect()));
      let settled = 0;
      let made = 0;
      const outOfOrder: string[] = [];
      const work = (client: RedisClient, own: string, step: number): void => {
        const kind = step % 7;
        made++;
        const call =
          kind < 2
            ? client.send('INCR', `${own}:n`)
            : kind < 4
              ? client.send('EVAL', SET_IF_LATER, '1', `${own}:last`, String(step))
              : kind === 4
                ? client.batch('MULTI', ['INCR', 'a'], ['DECR', 'b'])
                : kind === 5
                  ? client.batch('PIPELINE', ['GET', 'a'], ['GET', 'b'])
                  : client.get(`${own}:n`);
        const note = (reply: unknown): void => {
          settled++;
          if (reply === 'late') outOfOrder.push(`${own} ${step}`);
        };
        call.then(note, note);
      };
      for (let step = 0; step < 700; step++) {
        for (const [index, client] of clients.entries()) work(client, String(index), step);
        if (step % 100 === 50) server.cli('client', 'pause', '25', 'all');
        if (step % 10 === 0) await settle();
        if (step % 200 === 150) server.cli('client', 'kill', 'type', 'normal');
      }
      await Promise.all(clients.map((client) => client.send('PING').catch(() => client.send('PING'))));
      for (const name of ['all', `${cache.peer} INCR`]) await cache.guards.bulkheads.get(name).shutdown();
      await settle();
      assert.equal(settled, made);
      assert.deepEqual(outOfOrder, []);
      const [a, b] = [server.cli('get', 'a'), server.cli('get', 'b')];
      assert.equal(Number(a), -Number(b));
      const { inFlight, queued, success, timeout, rejected } = cache.counts('all');
      assert.deepEqual([inFlight, queued], [undefined, undefined]);
      for (const count of [success, timeout, rejected]) assert.ok(count! > 5, JSON.stringify(cache.counts('all')));
    });
  });
}

/** Answers `late` where a command arrives after one that was made later. */
const SET_IF_LATER = `
if tonumber(redis.call('GET', KEYS[1]) or '-1') > tonumber(ARGV[1]) then return 'late' end
redis.call('SET', KEYS[1], ARGV[1])
return 'ok'`;
