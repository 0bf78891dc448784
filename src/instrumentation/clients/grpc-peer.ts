import { boundedName } from '../../sla/bounded-name.ts';
import type { Peer } from './guard-rules.ts';

/** What `describeGrpcPeer` makes a peer of: the target of a channel and the service that is called there. */
export function grpcPeerKey(target: string, service: string): string {
  return `${target} ${service}`;
}

/**
 * Targets name a resolver (`dns:`, `ipv4:`, `unix:` and so on), perhaps whom it asks (`//authority/`), and one address or
 * several: https://github.com/grpc/grpc/blob/master/doc/naming.md
 */
const TARGET = /^(?:(?:dns|ipv4|ipv6|xds):|[a-z][\w+.-]*:(?=\/\/))?(?:\/\/[^/]*\/)?(.+)$/i;
const SOCKET = /^unix:(?:\/\/)?(.+)$/i;
const ADDRESS = /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:]+))(?::(?<port>\d+))?$/;
/** The port where a target names none. */
const OWN_PORT = '443';

/** Named after its address or addresses; the service, each host and the whole target are its other names. */
export function describeGrpcPeer(key: string): Peer {
  const space = key.lastIndexOf(' ');
  const [target, service] = [key.slice(0, space), key.slice(space + 1)];
  const socket = SOCKET.exec(target)?.[1];
  const addresses =
    socket === undefined
      ? (TARGET.exec(target)?.[1] ?? target).split(',').map(nameAddress)
      : [{ name: socket, aliases: [] }];
  const aliases = [service, target, ...addresses.flatMap((each) => [each.name, ...each.aliases])];
  return { name: boundedName(addresses.map(({ name }) => name).join(',')), aliases: [...new Set(aliases)] };
}

function nameAddress(address: string): Peer {
  const { bracketed, plain, port = OWN_PORT } = ADDRESS.exec(address)?.groups ?? {};
  const host = bracketed ?? plain;
  if (host === undefined) return { name: address, aliases: [] };
  const full = bracketed === undefined ? `${host}:${port}` : `[${host}]:${port}`;
  return { name: port === OWN_PORT ? host : full, aliases: [host, full, `${host}:${port}`] };
}
