import type { Peer } from './guard-rules.ts';
import type { PgClient } from './pg-client.ts';

const PORT = '5432';

/** What {@link pgPeer} makes a peer of. */
export function pgKey({ connectionParameters }: PgClient): string {
  const { host, port, database } = connectionParameters ?? {};
  return [host || 'localhost', port || PORT, database ?? ''].join('\n');
}

/**
 * The server behind a client: its host, with the port unless that is 5432, or the folder of its socket. Also known as
 * `postgresql`, and as `postgresql/<database>`, like in the spans of its clients.
 */
export function pgPeer(key: string): Peer {
  const [host = '', port = PORT, database = ''] = key.split('\n');
  const full = `${host}:${port}`;
  const name = port === PORT ? host : full;
  const aliases = [host, full, 'postgresql', ...(database === '' ? [] : [`postgresql/${database}`])];
  return { name, aliases: aliases.filter((each) => each !== name) };
}
