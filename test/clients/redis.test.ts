import assert from 'node:assert/strict';
import { errorOf, settle, type Watched, watch } from '../support/held-work.ts';
import { GuardedRedis } from './guarded-redis.ts';
import { PACKAGES } from './redis-clients.ts';
import { RedisServer } from './redis-server.ts';

for (const each of PACKAGES) {
  describe(`guarded commands of ${each.name}`, () => {
    let server: RedisServer;
    let cache: GuardedRedis;

    before(async () => (server = await RedisServer.start()));
    after(() => server[Symbol.asyncDispose]());
    beforeEach(() => (cache = new GuardedRedis(server, each)));
    afterEach(() => cache[Symbol.asyncDispose]());

    describe('that have room', () => {
      it('are answered, alone and at once, and leave their slots to the next at once', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 }, timeout: 'adaptive' });
        const client = await cache.connect();
        assert.equal(await client.set('k', 'v'), 'OK');
        assert.equal(await client.get('k'), 'v');
        assert.equal(await client.send('STRLEN', 'k'), 1);
        cache.guard({ bulkhead: { maxConcurrent: 10 } });
        assert.deepEqual(await Promise.all(['k', 'k', 'none'].map((key) => client.get(key))), ['v', 'v', null]);
        await cache.idle();
        assert.deepEqual(cache.counts(), { success: 6 });
      });

      it('are called by their names in rules', async () => {
        cache.guard({ operation: 'SET', bulkhead: { maxConcurrent: 1 } });
        const client = await cache.connect();
        await Promise.all([client.set('k', 'v'), client.get('k'), client.get('k')]);
        await settle();
        assert.deepEqual(cache.counts(`${cache.peer} SET`), { success: 1 });
      });

      it('are one call where they are pipelined, or a transaction', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 } });
        const client = await cache.connect();
        const commands = [
          ['SET', 'k', '1'],
          ['INCR', 'k'],
          ['GET', 'k'],
        ];
        assert.deepEqual(await client.batch('MULTI', ...commands), ['OK', 2, '2']);
        assert.deepEqual(await client.batch('PIPELINE', ...commands), ['OK', 2, '2']);
        await cache.idle();
        assert.deepEqual(cache.counts(), { success: 2 });
      });
    });

    describe('without room', () => {
      it('are refused with an Error whose cause is ours', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 } });
        const client = await cache.connect();
        using pause = cache.pauseWrites();
        const held = watch(client.set('k', 'v'));
        for (const error of [await errorOf(client.set('k', 'w')), await errorOf(client.send('SET', 'k', 'w'))]) {
          assert.ok(error instanceof Error);
          assert.equal(error.constructor, Error);
          assert.match(error.message, /^Command was not sent: /);
          assert.equal((error.cause as { code?: string }).code, 'BULKHEAD_REJECTED');
        }
        pause[Symbol.dispose]();
        await cache.idle();
        await settle();
        assert.equal(held.outcome, 'OK');
        assert.deepEqual(cache.counts(), { success: 1, rejected: 2 });
        assert.equal(server.cli('get', 'k'), 'v');
      });

      it('are refused as a whole where they are many', async () => {
        cache.guard({ operation: 'SET', bulkhead: {} }, { bulkhead: { maxConcurrent: 1 }, name: 'rest' });
        const client = await cache.connect();
        using pause = cache.pauseWrites();
        const held = client.send('INCR', 'held');
        for (const kind of ['MULTI', 'PIPELINE'] as const) {
          const error = await errorOf(client.batch(kind, ['SET', 'a', '1'], ['SET', 'b', '1']));
          assert.equal(((error as Error).cause as { code?: string }).code, 'BULKHEAD_REJECTED', kind);
        }
        pause[Symbol.dispose]();
        await held;
        await client.set('c', '1');
        assert.deepEqual(server.cli('keys', '*').split('\n').toSorted(), ['c', 'held']);
      });

      it('wait, and hold back what was made after them', async () => {
        cache.guard({ operation: 'SET', bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
        const client = await cache.connect();
        using pause = cache.pauseWrites();
        const order: string[] = [];
        const made: Record<string, Promise<unknown>> = {
          held: client.set('k', '1'),
          waiting: client.set('k', '2'),
          free: client.get('k'),
          batch: client.batch('MULTI', ['APPEND', 'k', '3'], ['GET', 'k']),
          refused: client.set('k', '9').catch(() => 'refused'),
          last: client.get('k'),
        };
        const all = Object.entries(made).map(([name, answer]) => answer.then(() => order.push(name)));
        await settle();
        assert.deepEqual(order, ['refused']);
        pause[Symbol.dispose]();
        await Promise.all(all);
        assert.deepEqual(
          order.filter((name) => name !== 'batch'),
          ['refused', 'held', 'waiting', 'free', 'last'],
        );
        assert.deepEqual(await Promise.all([made.free, made.batch, made.last]), ['2', [2, '23'], '23']);
      });
    });

    describe('that take too long', () => {
      it("end with the client's error, and keep their slot until they are answered", async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 }, timeout: '30ms' });
        const client = await cache.connect();
        using pause = cache.pauseWrites();
        const error = await errorOf(client.set('k', 'v'));
        assert.ok(error instanceof Error);
        assert.equal(error.message, client.timeoutMessage);
        assert.equal((error.cause as { code?: string }).code, 'OPERATION_TIMEOUT');
        assert.deepEqual(cache.counts(), { inFlight: 1, timeout: 1 });
        cache.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
        const next = client.get('k');
        await settle();
        assert.deepEqual(cache.counts(), { inFlight: 1, queued: 1, timeout: 1 });
        pause[Symbol.dispose]();
        assert.equal(await next, 'v');
        await cache.idle();
        assert.deepEqual(cache.counts(), { success: 1, timeout: 1 });
      });

      it('end all together where they are many', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 }, timeout: '30ms' });
        const client = await cache.connect();
        using pause = cache.pauseWrites();
        for (const kind of ['MULTI', 'PIPELINE'] as const) {
          const error = await errorOf(client.batch(kind, ['SET', 'k', '1'], ['GET', 'k']));
          assert.equal(((error as Error).cause as { code?: string }).code, 'OPERATION_TIMEOUT', kind);
          assert.deepEqual(cache.counts().inFlight, 1);
          cache.guard({ name: kind, bulkhead: { maxConcurrent: 1 }, timeout: '30ms' });
        }
        pause[Symbol.dispose]();
        assert.equal(await client.get('k'), '1');
      });
    });

    describe('that fail', () => {
      it('speak against the server only where it is unwell', async () => {
        cache.guard({ bulkhead: {} });
        const client = await cache.connect();
        await client.send('LPUSH', 'list', '1');
        await errorOf(client.get('list'));
        await errorOf(client.send('NOSUCH'));
        await settle();
        assert.deepEqual(cache.counts(), { success: 3 });
        server.cli('config', 'set', 'maxmemory', '1');
        try {
          await errorOf(client.set('k', 'v'));
          if (each.name === 'ioredis') await client.batch('PIPELINE', ['SET', 'k', 'v'], ['GET', 'k']);
          else await errorOf(client.batch('PIPELINE', ['SET', 'k', 'v'], ['GET', 'k']));
        } finally {
          server.cli('config', 'set', 'maxmemory', '0');
        }
        await settle();
        assert.deepEqual(cache.counts(), { success: 3, failure: 2 });
      });

      it('speak against it where the connection is lost', async () => {
        cache.guard({ bulkhead: {} });
        const client = await cache.connect();
        using pause = cache.pauseWrites();
        const lost = errorOf(client.batch('MULTI', ['SET', 'k', 'v']));
        await waitFor(() => server.cli('client', 'list').includes('flags=xb'));
        server.cli('client', 'kill', 'type', 'normal');
        pause[Symbol.dispose]();
        await lost;
        await settle();
        assert.deepEqual(cache.counts(), { failure: 1 });
      });
    });

    describe('about the connection', () => {
      it('pass while there is no room, as do those that wait for others', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 } });
        const [holding, client] = [await cache.connect(), await cache.connect()];
        using pause = cache.pauseWrites();
        void watch(holding.set('k', 'v'));
        await client.send('SELECT', '2');
        await client.send('PING');
        await client.send('CLIENT', 'SETNAME', 'me');
        const blocked = watch(client.send('BLPOP', 'list', '0'));
        await settle();
        assert.equal(blocked.outcome, 'pending');
        pause[Symbol.dispose]();
        server.cli('-n', '2', 'rpush', 'list', 'x');
        await client.send('PING');
        assert.deepEqual(blocked.outcome, ['list', 'x']);
        await cache.idle();
        assert.deepEqual(cache.counts(), { success: 1 });
      });

      it('are not timed where they wait for others', async () => {
        cache.guard({ timeout: '20ms' });
        const client = await cache.connect();
        assert.equal(await client.send('BLPOP', 'none', '0.1'), null);
        assert.equal(await client.send('XREAD', 'BLOCK', '100', 'STREAMS', 'none', '$'), null);
      });

      it('leave a transaction that was begun by itself in one piece', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 } });
        const [holding, client] = [await cache.connect(), await cache.connect()];
        const lock = cache.pauseWrites();
        void watch(holding.set('k', 'v'));
        const sent = [['MULTI'], ['GET', 'a'], ['GET', 'b'], ['EXEC']].map((command) => client.send(...command));
        assert.deepEqual(await Promise.all(sent), ['OK', 'QUEUED', 'QUEUED', [null, null]]);
        await errorOf(client.get('a'));
        lock[Symbol.dispose]();
      });

      it('let messages through', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1 } });
        const [holding, client] = [await cache.connect(), await cache.connect()];
        using pause = cache.pauseWrites();
        void watch(holding.set('k', 'v'));
        const heard = new Promise((resolve) => void client.subscribe('news', resolve));
        await waitFor(() => server.cli('pubsub', 'numsub', 'news').endsWith('1'));
        pause[Symbol.dispose]();
        server.cli('publish', 'news', 'hello');
        assert.equal(await heard, 'hello');
      });

      it('bring it back to where it was, though commands wait', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 10 } });
        const client = await cache.connect({ database: 3 });
        const other = await cache.connect();
        {
          using _ = cache.pauseWrites();
          void watch(other.set('k', 'v'));
          const waiting = client.set('k', '3');
          await settle();
          server.cli('client', 'kill', 'type', 'normal');
          void watch(waiting);
        }
        assert.equal(await client.get('k'), '3');
        assert.equal(server.cli('-n', '3', 'get', 'k'), '3');
        assert.equal(server.cli('-n', '0', 'get', 'k') === '3', false);
      });
    });

    it('wait for a connection in their slots, and are sent when it is there', async () => {
      const port = server.port;
      await server[Symbol.asyncDispose]();
      cache.guard({ bulkhead: { maxConcurrent: 2 } });
      const client = await cache.connect({ isReady: false });
      const answers: Watched[] = ['1', '2', '3'].map((value) => watch(client.set(value, value)));
      await settle();
      assert.deepEqual(
        answers.map(({ outcome }) => outcome),
        ['pending', 'pending', 'rejected'],
      );
      server = await RedisServer.start({ port });
      await client.send('PING');
      await settle();
      assert.deepEqual(
        answers.map(({ outcome }) => outcome),
        ['OK', 'OK', 'rejected'],
      );
    });

    it('pass when the guards are gone, and are guarded again', async () => {
      cache.guard({ bulkhead: {} });
      const client = await cache.connect();
      await client.get('k');
      cache.guarding[Symbol.dispose]();
      await client.get('k');
      assert.deepEqual(cache.counts(), { success: 1 });
      using _ = cache.guardAgain();
      await client.get('k');
      assert.deepEqual(cache.counts(), { success: 2 });
    });
  });
}

/** For what the server knows only when it has read it. */
async function waitFor(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 1000) throw new Error(`never so: ${isSo.toString()}`);
    await settle();
  }
}
