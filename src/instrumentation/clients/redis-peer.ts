import type { Peer } from './guard-rules.ts';

const PORT = '6379';

/** Where a client connects to, as its options say. */
export interface RedisAddress {
  readonly host?: string | undefined;
  readonly port?: number | string | undefined;
  /** Of a socket. */
  readonly path?: string | undefined;
  readonly database?: number | string | undefined;
}

/** What {@link redisPeer} makes a peer of. */
export function redisKey({ host, port, path, database }: RedisAddress): string {
  return [path || host || 'localhost', path ? '' : port || PORT, database ?? 0].join('\n');
}

/**
 * The server behind a client: its host, with the port unless that is 6379, or the path of its socket. Also known as `redis`,
 * and as `redis/<database>`, like in the spans of its clients.
 */
export function redisPeer(key: string): Peer {
  const [host = '', port = PORT, database = '0'] = key.split('\n');
  const full = `${host}:${port}`;
  const name = port === PORT || port === '' ? host : full;
  const aliases = [host, ...(port === '' ? [] : [full]), 'redis', `redis/${database}`];
  return { name, aliases: aliases.filter((each) => each !== name) };
}
