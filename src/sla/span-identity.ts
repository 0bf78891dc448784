import type { Attributes } from '@opentelemetry/api';
import { databaseSystem, httpMethod, messagingDestination, text } from './attributes.ts';
import { JoinedNames } from './joined-names.ts';
import type { SpanResource } from './span.ts';

const UNKNOWN = 'unknown';
/** A method that the instrumentation does not know; in names the semantic conventions call it HTTP. */
const UNKNOWN_METHOD = '_OTHER';
const slashed = new JoinedNames('/');
const spaced = new JoinedNames(' ');
const coloned = new JoinedNames(':');

/** The service a span's own resource names. Reads around attributes that are still resolving. */
export function ownService(resource: SpanResource | undefined): string {
  if (resource?.asyncAttributesPending === true && resource.getRawAttributes) {
    const [, value] =
      resource.getRawAttributes().find(([key, each]) => key === 'service.name' && typeof each === 'string') ?? [];
    return text(value) ?? UNKNOWN;
  }
  return text(resource?.attributes?.['service.name']) ?? UNKNOWN;
}

/** Whether {@link ownService} can give no other answer later, though other attributes may still be resolving. */
export function isNameSettled(resource: SpanResource | undefined): boolean {
  if (resource?.asyncAttributesPending !== true || !resource.getRawAttributes) return true;
  const [, value] = resource.getRawAttributes().find(([key]) => key === 'service.name') ?? [];
  return typeof value === 'string';
}

/** The dependency that an outgoing span called: the first name that is present, the most telling first. */
export function peerService(attributes: Attributes): string {
  return (
    text(attributes['peer.service']) ??
    text(attributes['service.peer.name']) ??
    text(attributes['rpc.service']) ??
    database(attributes) ??
    messaging(attributes) ??
    text(attributes['faas.invoked_name']) ??
    address(attributes) ??
    UNKNOWN
  );
}

/** What a span did, by names of bounded number; never a raw path. */
export function operationOf(attributes: Attributes, outgoing: boolean, spanName: unknown): string {
  const given = httpMethod(attributes);
  const method = given === UNKNOWN_METHOD ? 'HTTP' : given;
  if (!outgoing && method !== undefined) {
    const route = text(attributes['http.route']);
    return route === undefined ? method : spaced.join(method, route);
  }
  const specific = rpcOperation(attributes) ?? databaseOperation(attributes) ?? messagingOperation(attributes);
  if (specific !== undefined) return specific;
  if (method === undefined) return text(spanName) ?? UNKNOWN;
  const template = text(attributes['url.template']);
  return template === undefined ? method : spaced.join(method, template);
}

function database(attributes: Attributes): string | undefined {
  const system = databaseSystem(attributes);
  if (system === undefined) return undefined;
  const namespace = text(attributes['db.namespace']) ?? text(attributes['db.name']);
  return namespace === undefined ? system : slashed.join(system, namespace);
}

function messaging(attributes: Attributes): string | undefined {
  const system = text(attributes['messaging.system']);
  if (system === undefined) return undefined;
  const destination = messagingDestination(attributes);
  return destination === undefined ? system : slashed.join(system, destination);
}

function address(attributes: Attributes): string | undefined {
  const host = text(attributes['server.address']) ?? text(attributes['net.peer.name']);
  if (host === undefined) return undefined;
  const given = attributes['server.port'] ?? attributes['net.peer.port'];
  const port = typeof given === 'number' || typeof given === 'string' ? Number(given) : 0;
  return port > 0 && port !== schemePort(attributes) ? coloned.join(host, port) : host;
}

/** The port that goes without saying; -1 where there is none. */
function schemePort(attributes: Attributes): number {
  const scheme =
    text(attributes['url.scheme']) ??
    text(attributes['url.full']) ??
    text(attributes['http.scheme']) ??
    text(attributes['http.url']);
  if (scheme === undefined) return -1;
  if (scheme.startsWith('https')) return 443;
  return scheme.startsWith('http') ? 80 : -1;
}

function rpcOperation(attributes: Attributes): string | undefined {
  const method = text(attributes['rpc.method']);
  if (method === undefined) return undefined;
  const service = text(attributes['rpc.service']);
  // The newer conventions put service and method into `rpc.method` as one.
  return service === undefined || method.includes('/') ? method : slashed.join(service, method);
}

function databaseOperation(attributes: Attributes): string | undefined {
  if (databaseSystem(attributes) === undefined) return undefined;
  const summary = text(attributes['db.query.summary']);
  if (summary !== undefined) return summary;
  const operation = text(attributes['db.operation.name']) ?? text(attributes['db.operation']);
  const collection =
    text(attributes['db.collection.name']) ??
    text(attributes['db.sql.table']) ??
    text(attributes['db.mongodb.collection']);
  if (operation === undefined) return undefined;
  return collection === undefined ? operation : spaced.join(operation, collection);
}

function messagingOperation(attributes: Attributes): string | undefined {
  if (text(attributes['messaging.system']) === undefined) return undefined;
  const operation =
    text(attributes['messaging.operation.name']) ??
    text(attributes['messaging.operation.type']) ??
    text(attributes['messaging.operation']);
  const destination = messagingDestination(attributes);
  if (operation === undefined) return undefined;
  return destination === undefined ? operation : spaced.join(operation, destination);
}
