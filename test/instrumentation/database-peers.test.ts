import assert from 'node:assert/strict';
import type { PgClient } from '../../src/instrumentation/clients/pg-client.ts';
import { pgKey, pgPeer } from '../../src/instrumentation/clients/pg-peer.ts';
import { ioredisAddress } from '../../src/instrumentation/clients/redis-ioredis-address.ts';
import type { IORedis } from '../../src/instrumentation/clients/redis-ioredis-client.ts';
import { type RedisAddress, redisKey, redisPeer } from '../../src/instrumentation/clients/redis-peer.ts';

describe('the peer of a client of PostgreSQL', () => {
  const peer = (connectionParameters: PgClient['connectionParameters']): { name: string; aliases: readonly string[] } =>
    pgPeer(pgKey({ connectionParameters } as PgClient));

  it('is named after its host, and its port unless that is the usual one', () => {
    assert.deepEqual(peer({ host: 'db', port: 5432, database: 'shop' }), {
      name: 'db',
      aliases: ['db:5432', 'postgresql', 'postgresql/shop'],
    });
    assert.deepEqual(peer({ host: 'db', port: 6543 }), { name: 'db:6543', aliases: ['db', 'postgresql'] });
  });

  it('is named after the folder of its socket, or this machine where nothing is said', () => {
    assert.equal(peer({ host: '/run/postgresql', port: '5432' }).name, '/run/postgresql');
    assert.equal(peer(undefined).name, 'localhost');
    assert.equal(peer({ host: '' }).name, 'localhost');
  });
});

describe('the peer of a client of Redis', () => {
  const peer = (address: RedisAddress): { name: string; aliases: readonly string[] } => redisPeer(redisKey(address));

  it('is named after its host, and its port unless that is the usual one', () => {
    assert.deepEqual(peer({ host: 'cache', port: 6379 }), {
      name: 'cache',
      aliases: ['cache:6379', 'redis', 'redis/0'],
    });
    assert.deepEqual(peer({ host: 'cache', port: '7000', database: 2 }), {
      name: 'cache:7000',
      aliases: ['cache', 'redis', 'redis/2'],
    });
    assert.equal(peer({}).name, 'localhost');
  });

  it('is named after its socket', () => {
    assert.deepEqual(peer({ path: '/run/redis.sock', host: 'localhost', port: 6379 }), {
      name: '/run/redis.sock',
      aliases: ['redis', 'redis/0'],
    });
  });

  it('is what the options of ioredis say, of a cluster its first node, of sentinels the name of the master', () => {
    const named = (client: object): string => peer(ioredisAddress(client as IORedis)).name;
    assert.equal(named({ options: { host: 'cache', port: 7000, path: null, db: 1 } }), 'cache:7000');
    assert.equal(named({ options: { path: '/run/redis.sock', host: 'localhost', port: 6379 } }), '/run/redis.sock');
    assert.equal(named({ options: { host: 'localhost', port: 6379, name: 'main', sentinels: [{}] } }), 'main');
    assert.equal(named({ options: {}, startupNodes: [{ host: 'node', port: 7001 }, {}] }), 'node:7001');
    assert.equal(named({ options: {}, startupNodes: ['node:7001'] }), 'node:7001');
    assert.equal(named({ options: {}, startupNodes: ['rediss://me:secret@node:7001/0'] }), 'node:7001');
    assert.equal(named({ options: {}, startupNodes: [7001] }), 'localhost:7001');
  });
});
