import type { ClientName } from '../../config/config.ts';
import type { Sample } from './exposition.ts';

/** What a process serves. */
export interface SeenService {
  /** `undefined` where the metrics do not say. */
  readonly name: string | undefined;
  readonly requests: number;
  readonly failures: number;
  /** How many requests took at most so many seconds. */
  readonly within: ReadonlyMap<number, number>;
}

/** Whom a process calls. */
export interface SeenPeer {
  readonly name: string;
  /** The client that calls, where the metrics say it. */
  readonly client: ClientName | undefined;
  readonly calls: number;
}

export interface Seen {
  readonly services: readonly SeenService[];
  readonly peers: readonly SeenPeer[];
}

interface Count {
  requests: number;
  failures: number;
  readonly within: Map<number, number>;
}

const SERVED = new Set(['server', 'consumer']);
const CALLED = new Set(['client', 'producer']);
/** Names that stand for many, or for none. */
const NOBODY = new Set(['_OTHER', 'unknown', '']);
/** No configuration takes a longer name. */
const LONGEST_NAME = 200;
const OWN_PORTS: Readonly<Record<string, true>> = { '80': true, '443': true, '5432': true, '6379': true };
const CLIENTS: Readonly<Record<string, ClientName>> = { postgresql: 'pg', redis: 'redis', grpc: 'grpc' };

/**
 * The services and peers in some metrics: those that this package counted, or where it counted nothing those of the
 * semantic conventions for HTTP, databases and RPC. The busiest come first.
 */
export function seenIn(samples: readonly Sample[]): Seen {
  const ours = sortedOut(samples, fromOurs);
  return ours.services.length + ours.peers.length > 0 ? ours : sortedOut(samples, fromConventions(ownName(samples)));
}

interface Books {
  service(name: string | undefined): Count;
  call(name: string | undefined, client: ClientName | undefined, count: number): void;
}

function sortedOut(samples: readonly Sample[], sort: (sample: Sample, books: Books) => void): Seen {
  const services = new Map<string | undefined, Count>();
  const peers = new Map<string, SeenPeer>();
  const books: Books = {
    service(name) {
      const known = services.get(name) ?? { requests: 0, failures: 0, within: new Map() };
      services.set(name, known);
      return known;
    },
    call(name, client, count) {
      if (!isSomebody(name)) return;
      const { calls } = peers.get(name) ?? { calls: 0 };
      peers.set(name, { name, client, calls: calls + count });
    },
  };
  for (const sample of samples) sort(sample, books);
  return {
    services: [...services].map(([name, count]) => ({ name, ...count })).toSorted((a, b) => b.requests - a.requests),
    peers: [...peers.values()].toSorted((a, b) => b.calls - a.calls),
  };
}

function fromOurs({ name, labels, value }: Sample, books: Books): void {
  const service = labels.get('sla_service') ?? '';
  const kind = labels.get('span_kind') ?? '';
  if (!isSomebody(service)) return;
  if (name === 'sla_requests_total') {
    if (CALLED.has(kind)) books.call(service, undefined, value);
    if (!SERVED.has(kind)) return;
    const count = books.service(service);
    count.requests += value;
    if (labels.get('sla_result') === 'failure') count.failures += value;
  } else if (/^sla_duration(_seconds)?_bucket$/.test(name) && SERVED.has(kind)) {
    addWithin(books.service(service), labels, value);
  }
}

function fromConventions(own: string | undefined): (sample: Sample, books: Books) => void {
  return ({ name, labels, value }, books) => {
    const [, family, part] =
      /^(http_server_request|http_client_request|db_client_operation|rpc_client(?:_call)?)_duration(?:_seconds|_milliseconds)?_(count|bucket)$/.exec(
        name,
      ) ?? [];
    if (family === 'http_server_request') {
      const named = labels.get('service_name');
      const count = books.service(isSomebody(named) ? named : own);
      if (part === 'bucket') return addWithin(count, labels, value);
      count.requests += value;
      if (Number(labels.get('http_response_status_code')) >= 500) count.failures += value;
    } else if (family !== undefined && part === 'count') {
      const system = labels.get('db_system_name') ?? labels.get('rpc_system_name') ?? labels.get('rpc_system') ?? '';
      books.call(peerName(labels), CLIENTS[system], value);
    }
  };
}

function isSomebody(name: string | undefined): name is string {
  return name !== undefined && !NOBODY.has(name) && name.length <= LONGEST_NAME;
}

function addWithin({ within }: Count, labels: Sample['labels'], value: number): void {
  const bound = Number(labels.get('le'));
  if (Number.isFinite(bound)) within.set(bound, (within.get(bound) ?? 0) + value);
}

function peerName(labels: Sample['labels']): string | undefined {
  const [address, port] = [labels.get('server_address'), labels.get('server_port')];
  return address === undefined || port === undefined || port in OWN_PORTS ? address : `${address}:${port}`;
}

/** The service that the resource names. */
function ownName(samples: readonly Sample[]): string | undefined {
  const name = samples.find((sample) => sample.name === 'target_info')?.labels.get('service_name');
  return isSomebody(name) && !name.startsWith('unknown_service') ? name : undefined;
}
