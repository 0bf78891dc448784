import type { ClientRequest } from 'node:http';
import type { CallGuard } from './call-guard.ts';
import type { GuardRules } from './guard-rules.ts';
import { HttpCall } from './http-call.ts';
import { type ConnectOptions, hookHttp } from './http-hooks.ts';
import { httpOperation, httpPath, httpPeer } from './http-peer.ts';
import { RuleSets } from './rule-sets.ts';

const calls = new WeakMap<ClientRequest, HttpCall>();

const sets: RuleSets = new RuleSets('node:http', () =>
  hookHttp({
    connecting: (request, options, connect) => pass(request, originOf(request, options), connect),
    connected: (request, socket, connect) => pass(request, originWithoutAgent(request), connect, socket),
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

function pass(
  request: ClientRequest,
  origin: string,
  connect: () => void,
  socket?: ConstructorParameters<typeof HttpCall>[3],
): void {
  if (request.method === 'CONNECT' || request.destroyed) return connect();
  let guards: CallGuard[] | undefined;
  for (const rules of sets.active) {
    const guard = sets.find(() => guardOf(rules, request, origin));
    if (guard !== undefined) (guards ??= []).push(guard);
  }
  if (guards === undefined || calls.has(request)) return connect();
  const call = new HttpCall(guards, request, connect, socket);
  calls.set(request, call);
  call.begin();
}

function guardOf(rules: GuardRules, request: ClientRequest, origin: string): CallGuard | undefined {
  const peer = rules.peer('http', origin, httpPeer);
  return peer?.call(httpOperation(request.method), httpPath(request.path));
}

function originOf({ protocol }: ClientRequest, { host, port, socketPath }: ConnectOptions): string {
  if (typeof socketPath === 'string') return `unix:${socketPath}`;
  const name = String(host);
  return `${protocol}//${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${String(port)}`;
}

/** By whom a request says it is for. */
function originWithoutAgent(request: ClientRequest): string {
  const host = request.getHeader('host');
  return `${request.protocol}//${typeof host === 'string' ? host : request.host}`;
}
