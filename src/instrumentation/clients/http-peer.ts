import type { Peer } from './guard-rules.ts';

const ORIGIN = /^(https?):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#]*?)(?::(\d+))?(?:[/?#]|$)/i;
const UNIX = 'unix:';
const PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };
const TOO_MANY_REQUESTS = 429;

/** The methods of HTTP's standards; what else is sent is one operation to all. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
]);

/** What a method is called in guards: itself where it is a known one, for names need a bound. */
export function httpOperation(method: string): string {
  return METHODS.has(method) ? method : '_OTHER';
}

/** A path as rules see it, without its query. */
export function httpPath(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

/** The peer behind an origin, such as `http://stock:8080`, or behind a socket, such as `unix:/run/stock.sock`. */
export function httpPeer(origin: string): Peer {
  if (origin.startsWith(UNIX)) return { name: origin.slice(UNIX.length), aliases: [origin] };
  const [, scheme = '', given = '', port] = ORIGIN.exec(origin) ?? [];
  if (given === '') return { name: origin, aliases: [] };
  const host = (given.includes(':') && !given.startsWith('[') ? `[${given}]` : given).toLowerCase();
  const usual = PORTS[scheme.toLowerCase()]!;
  const full = `${host}:${port ?? usual}`;
  const name = port === undefined || port === usual ? host : full;
  const plain = host.startsWith('[') ? host.slice(1, -1) : host;
  return { name, aliases: [...new Set([host, plain, full, origin])].filter((each) => each !== name) };
}

/** What a status says against the health of the peer that sent it; `undefined` where that is nothing. */
export function httpFailure(status: number): Error | undefined {
  return status >= 500 || status === TOO_MANY_REQUESTS ? new HttpFailure(status) : undefined;
}

/** An answer by which its sender says that it is unwell. What `isFailure` of a bulkhead is asked about. */
class HttpFailure extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.name = 'HttpFailure';
    this.status = status;
  }
}
