import type { ClientRequest } from 'node:http';
import type { CallGuard } from './call-guard.ts';
import type { GuardRules } from './guard-rules.ts';
import { HttpCall } from './http-call.ts';
import { type ConnectOptions, hookHttp } from './http-hooks.ts';
import { httpOperation, httpPath, httpPeer } from './http-peer.ts';
import { RuleSets } from './rule-sets.ts';
import { JoinedNames } from '../../sla/joined-names.ts';

const calls = new WeakMap<ClientRequest, HttpCall>();

const sets: RuleSets = new RuleSets('node:http', () =>
  hookHttp<CallGuard[]>({
    connecting: (request, options) => guardsOf(request, options),
    connected: (request) => guardsOf(request),
    hold: (guards, request, connect, socket) => {
      const call = new HttpCall(guards, request, connect, socket);
      calls.set(request, call);
      call.begin();
    },
    answered: (request, response) => calls.get(request)?.answered(response),
  }),
);

/**
 * Guards the requests of `node:http` and `node:https`, whichever library makes them, where an agent is asked for a
 * connection: a request that waits has none. With an agent that does not extend Node's, and without one (`createConnection`),
 * the connection is there first, and nothing is sent before there is room.
 *
 * A request that is refused emits an error with the code `ECONNREFUSED`, one that takes too long one with `ETIMEDOUT`; our
 * error is its `cause`.
 */
export function guardHttp(rules: GuardRules): Disposable {
  return sets.add(rules);
}

/** What a request has to pass, unless it has passed it already: agents hand requests on to each other. */
function guardsOf(request: ClientRequest, options?: ConnectOptions): CallGuard[] | undefined {
  if (request.method === 'CONNECT' || request.destroyed) return undefined;
  let guards: CallGuard[] | undefined;
  for (const rules of sets.active) {
    const guard = guardOf(rules, request, options);
    if (guard !== undefined) (guards ??= []).push(guard);
  }
  return guards === undefined || calls.has(request) ? undefined : guards;
}

function guardOf(rules: GuardRules, request: ClientRequest, options?: ConnectOptions): CallGuard | undefined {
  if (rules.isEmpty) return undefined;
  try {
    const origin = options === undefined ? ownOrigin(request) : originOf(request, options);
    const peer = rules.peer('http', origin, httpPeer);
    return peer?.call(httpOperation(request.method), httpPath(request.path));
  } catch (error) {
    return sets.pass(error);
  }
}

const hosts = new JoinedNames('//');
const ports = new JoinedNames(':');

function originOf({ protocol }: ClientRequest, { host, port, socketPath }: ConnectOptions): string {
  if (typeof socketPath === 'string') return `unix:${socketPath}`;
  return ports.join(hosts.join(protocol, String(host)), typeof port === 'number' ? port : String(port));
}

/** By whom a request says it is for. */
function ownOrigin(request: ClientRequest): string {
  const host = request.getHeader('host');
  return hosts.join(request.protocol, typeof host === 'string' ? host : request.host);
}
