import assert from 'node:assert/strict';
import type * as redis from 'redis';
import { errorOf, settle, watch } from '../support/held-work.ts';
import { isOldest, load } from './copies.ts';
import { GuardedRedis } from './guarded-redis.ts';
import { NodeRedisClient, PACKAGES } from './redis-clients.ts';
import { RedisServer } from './redis-server.ts';

const { createCluster, createClientPool, commandOptions } = load('redis') as typeof redis & {
  /** Up to 4. */
  commandOptions?: (options: { signal?: AbortSignal; isolated?: boolean }) => object;
};

describe('guarded redis', () => {
  let server: RedisServer;
  let cache: GuardedRedis;
  let client: NodeRedisClient['redis'];

  before(async () => (server = await RedisServer.start()));
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    cache = new GuardedRedis(server, PACKAGES[1]!);
    ({ redis: client } = cache.use(await NodeRedisClient.connect(server.port)));
  });
  afterEach(() => cache[Symbol.asyncDispose]());

  const codeOf = (error: unknown): unknown => ((error as Error).cause as { code?: string } | undefined)?.code;
  const gotten = (signal: AbortSignal): Promise<unknown> =>
    commandOptions === undefined || !isOldest
      ? client.withAbortSignal(signal).get('k')
      : (client.get as (options: unknown, key: string) => Promise<unknown>).call(
          client,
          commandOptions({ signal }),
          'k',
        );

  it('guards typed commands, and those that are made of others', async () => {
    cache.guard({ bulkhead: { maxConcurrent: 1 } });
    await client.hSet('hash', { a: '1', b: '2' });
    assert.deepEqual({ ...(await client.hGetAll('hash')) }, { a: '1', b: '2' });
    assert.deepEqual(await client.eval('return {1, 2}'), [1, 2]);
    const keys: unknown[] = [];
    for await (const found of client.scanIterator()) keys.push(...[found].flat());
    assert.deepEqual(keys, ['hash']);
    await cache.idle();
    assert.deepEqual(cache.counts(), { success: 4 });
  });

  it('is aborted while it waits, and leaves its place', async () => {
    cache.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 5 } });
    using pause = cache.pauseWrites();
    const held = client.set('k', 'v');
    const controller = new AbortController();
    const aborted = errorOf(gotten(controller.signal));
    await settle();
    assert.deepEqual(cache.counts(), { inFlight: 1, queued: 1 });
    controller.abort();
    assert.equal((await aborted)?.constructor.name, 'AbortError');
    const next = client.get('k');
    pause[Symbol.dispose]();
    await held;
    assert.equal(await next, 'v');
    assert.equal((await errorOf(gotten(AbortSignal.abort())))?.constructor.name, 'AbortError');
    assert.equal(await gotten(new AbortController().signal), 'v');
    await cache.idle();
    assert.deepEqual(cache.counts(), { success: 3, cancelled: 1 });
  });

  it('guards connections of their own where commands ask for them', async () => {
    cache.guard({ bulkhead: { maxConcurrent: 1 } });
    if (isOldest && commandOptions !== undefined) {
      const get = client.get as (options: unknown, key: string) => Promise<unknown>;
      assert.equal(await get.call(client, commandOptions({ isolated: true }), 'k'), null);
    } else {
      const pool = createClientPool({ socket: { host: '127.0.0.1', port: server.port } });
      await pool.connect();
      assert.equal(await pool.get('k'), null);
      pool.destroy();
    }
    await cache.idle();
    assert.deepEqual(cache.counts(), { success: 1 });
  });

  it('watches keys though there is no room', async () => {
    cache.guard({ operation: 'GET', bulkhead: { maxConcurrent: 1 } });
    await client.watch('k');
    server.cli('set', 'k', 'other');
    const error = await errorOf(client.multi().set('k', 'v').exec());
    assert.equal(error?.constructor.name, 'WatchError');
  });

  it('guards the nodes of a cluster', async () => {
    const node = cache.use(await RedisServer.start({ cluster: true }));
    cache.guards.apply([{ match: { service: `127.0.0.1:${node.port}` }, bulkhead: { maxConcurrent: 1 } }]);
    const cluster = createCluster({ rootNodes: [{ socket: { host: '127.0.0.1', port: node.port } }] });
    cluster.on('error', () => undefined);
    await cluster.connect();
    cache.use({ [Symbol.asyncDispose]: () => cluster.quit().then(() => undefined) });
    assert.equal(await cluster.set('k', 'v'), 'OK');
    assert.deepEqual(await cluster.multi().get('k').set('k', 'w').exec(), ['v', 'OK']);
    await settle();
    assert.deepEqual(cache.counts(`127.0.0.1:${node.port}`), { success: 2 });
    node.cli('client', 'pause', '100000', 'write');
    const held = watch(cluster.set('k', 'x'));
    await settle();
    assert.equal(codeOf(await errorOf(cluster.get('k'))), 'BULKHEAD_REJECTED');
    node.cli('client', 'unpause');
    await cache.guards.bulkheads.get(`127.0.0.1:${node.port}`).shutdown();
    await settle();
    assert.equal(held.outcome, 'OK');
  });
});
