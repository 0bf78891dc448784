import type { IORedis } from './redis-ioredis-client.ts';
import type { RedisAddress } from './redis-peer.ts';

/** A cluster goes by the first node that it was told of, its nodes by themselves; a master by its name among sentinels. */
export function ioredisAddress({ options, startupNodes }: IORedis): RedisAddress {
  const node = startupNodes?.[0];
  if (typeof node === 'number') return { port: node };
  if (typeof node === 'string') {
    const [, host, port] = /^(?:rediss?:\/\/)?(?:[^@/]*@)?(.*?)(?::(\d+))?(?:\/.*)?$/.exec(node) ?? [];
    return { host, port };
  }
  if (typeof node === 'object' && node !== null) return node;
  const { host, port, path, db: database, name, sentinels } = options;
  return sentinels && name ? { host: name, database } : { host, port, path: path ?? undefined, database };
}
