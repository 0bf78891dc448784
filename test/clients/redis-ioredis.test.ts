import assert from 'node:assert/strict';
import type * as ioredis from 'ioredis';
import { errorOf, settle, watch } from '../support/held-work.ts';
import { load } from './copies.ts';
import { GuardedRedis } from './guarded-redis.ts';
import { IORedisClient, PACKAGES, Redis } from './redis-clients.ts';
import { RedisServer } from './redis-server.ts';

describe('guarded ioredis', () => {
  let server: RedisServer;
  let cache: GuardedRedis;

  before(async () => (server = await RedisServer.start()));
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => (cache = new GuardedRedis(server, PACKAGES[0]!)));
  afterEach(() => cache[Symbol.asyncDispose]());

  const connect = (options: { enableAutoPipelining?: boolean; retryStrategy?: () => number } = {}): ioredis.Redis => {
    const client = new IORedisClient(new Redis({ host: '127.0.0.1', port: server.port, ...options }));
    return cache.use(client).redis;
  };
  const codeOf = (error: unknown): unknown => ((error as Error).cause as { code?: string } | undefined)?.code;

  it('takes callbacks', async () => {
    cache.guard({ bulkhead: { maxConcurrent: 1 } });
    const redis = connect();
    assert.equal(
      await new Promise((resolve) => void redis.set('k', 'v', (_error: unknown, reply: unknown) => resolve(reply))),
      'OK',
    );
    using _ = cache.pauseWrites();
    void watch(redis.set('k', 'w'));
    const refused = await new Promise((resolve) => void redis.get('k', (error) => resolve(error)));
    assert.equal(codeOf(refused), 'BULKHEAD_REJECTED');
    const batch = await new Promise(
      (resolve) =>
        void redis
          .pipeline()
          .get('k')
          .exec((error) => resolve(error)),
    );
    assert.equal(codeOf(batch), 'BULKHEAD_REJECTED');
    const each = new Promise((resolve) => {
      void errorOf(
        redis
          .pipeline()
          .get('k', (error) => resolve(error))
          .exec(),
      );
    });
    assert.equal(codeOf(await each), 'BULKHEAD_REJECTED');
  });

  it('guards what is pipelined automatically as one call', async () => {
    cache.guard({ operation: 'PIPELINE', bulkhead: { maxConcurrent: 1 } });
    const redis = connect({ enableAutoPipelining: true });
    await redis.set('k', 'v');
    assert.deepEqual(await Promise.all(['k', 'k', 'none'].map((key) => redis.get(key))), ['v', 'v', null]);
    using pause = cache.pauseWrites();
    const held = watch(redis.set('k', 'w'));
    await settle();
    const other = connect({ enableAutoPipelining: true });
    const refused = await Promise.all(['k', 'l'].map((key) => errorOf(other.get(key))));
    assert.deepEqual(refused.map(codeOf), ['BULKHEAD_REJECTED', 'BULKHEAD_REJECTED']);
    pause[Symbol.dispose]();
    assert.equal(await redis.get('k'), 'w');
    assert.equal(held.outcome, 'OK');
    assert.deepEqual(cache.counts(`${cache.peer} PIPELINE`), { success: 4, rejected: 1 });
  });

  it('leaves results of pipelines and transactions as they are', async () => {
    cache.guard({ bulkhead: { maxConcurrent: 1 }, timeout: '5s' });
    const redis = connect();
    await redis.lpush('list', '1');
    const results = (await redis.pipeline().set('k', '1').get('list').exec()) ?? [];
    assert.deepEqual(results[0], [null, 'OK']);
    assert.match(String(results[1]?.[0]), /WRONGTYPE/);
    assert.deepEqual(
      await redis
        .multi([
          ['set', 'k', '2'],
          ['get', 'k'],
        ])
        .exec(),
      [
        [null, 'OK'],
        [null, '2'],
      ],
    );
    assert.deepEqual(await redis.pipeline().exec(), []);
    const discarded = await errorOf(redis.multi().set('k', '3').call('nosuch').exec());
    assert.match(String(discarded), /EXECABORT/);
    assert.equal(await redis.get('k'), '2');
    await cache.idle();
    assert.deepEqual(cache.counts(), { success: 5 });
  });

  it('sends again what was lost with the connection, in the same slot', async () => {
    cache.guard({ bulkhead: { maxConcurrent: 1 } });
    const redis = connect({ retryStrategy: () => 5 });
    await redis.ping();
    using pause = cache.pauseWrites();
    const answer = redis.set('k', 'v');
    await settle();
    server.cli('client', 'kill', 'type', 'normal');
    pause[Symbol.dispose]();
    assert.equal(await answer, 'OK');
    await cache.idle();
    assert.deepEqual(cache.counts(), { success: 1 });
  });

  it('runs scripts, and sends them again where the server has forgotten them', async () => {
    cache.guard({ bulkhead: { maxConcurrent: 2 } });
    const redis = connect();
    redis.defineCommand('twice', { numberOfKeys: 0, lua: 'return ARGV[1] * 2' });
    const defined = redis as unknown as { twice(n: number): Promise<number> };
    assert.equal(await defined.twice(2), 4);
    server.cli('script', 'flush');
    assert.equal(await defined.twice(3), 6);
  });

  it('guards the nodes of a cluster, and its pipelines by the node it was told of', async () => {
    const node = cache.use(await RedisServer.start({ cluster: true }));
    const { Cluster } = load('ioredis') as typeof ioredis;
    cache.guards.apply([{ match: { service: 'redis' }, bulkhead: { maxConcurrent: 1 } }]);
    const cluster = new Cluster([{ host: '127.0.0.1', port: node.port }]);
    cache.use({ [Symbol.asyncDispose]: () => Promise.resolve(cluster.disconnect()) });
    assert.equal(await cluster.set('k', 'v'), 'OK');
    assert.deepEqual(await cluster.pipeline().get('k').set('k', 'w').exec(), [
      [null, 'v'],
      [null, 'OK'],
    ]);
    const name = `127.0.0.1:${node.port}`;
    await settle();
    assert.deepEqual(cache.counts(name), { success: 2 });
    node.cli('client', 'pause', '100000', 'write');
    const held = watch(cluster.set('k', 'x'));
    await settle();
    assert.equal(codeOf(await errorOf(cluster.get('k'))), 'BULKHEAD_REJECTED');
    assert.equal(codeOf(await errorOf(cluster.pipeline().get('k').exec())), 'BULKHEAD_REJECTED');
    node.cli('client', 'unpause');
    await cache.guards.bulkheads.get(name).shutdown();
    await settle();
    assert.equal(held.outcome, 'OK');
  });
});
