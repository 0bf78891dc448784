import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

let loaded: typeof Http | undefined;

/**
 * An import of the module would read what it exports of undici too, and load that for it. Asked for only where hooks are
 * put in: OpenTelemetry's loader for ECMAScript modules instruments it twice when it is loaded in two ways.
 */
const nodeHttp = (): typeof Http => (loaded ??= createRequire(import.meta.url)('node:http') as typeof Http);

/** What an agent is asked for a connection by. */
export interface ConnectOptions {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly socketPath?: unknown;
}

type AddRequest = (this: Agent, request: ClientRequest, options: ConnectOptions | string, ...old: unknown[]) => void;
type OnSocket = (this: ClientRequest, socket: Socket | null | undefined, error?: Error) => void;

/** Methods of `node:http` that every client library ends up in, and that have no types. */
interface AgentMethods {
  addRequest: AddRequest;
}
interface RequestMethods {
  onSocket: OnSocket;
}

/** Where requests can be held up, by `Held`: whatever has to be passed. */
export interface HttpHooks<Held> {
  /** What a request has to pass for which an agent is to find a connection; `undefined` where that is nothing. */
  connecting(request: ClientRequest, options: ConnectOptions): Held | undefined;
  /** The same for one that has a connection already, not by an agent of Node's. */
  connected(request: ClientRequest): Held | undefined;
  /** Holds a request until it may `connect`. What it has as a connection is not used before. */
  hold(held: Held, request: ClientRequest, connect: () => void, socket?: Socket): void;
  /** The headers of a response are there. */
  answered(request: ClientRequest, response: IncomingMessage): void;
}

const ANSWERED = 'http.client.response.finish';

/**
 * Puts the hooks in. An agent is asked synchronously while a request is made, in whatever context that is; what is written
 * to a request that has no socket yet is kept by Node.
 */
export function hookHttp<Held>(hooks: HttpHooks<Held>): () => void {
  const http = nodeHttp();
  const agents = http.Agent.prototype as unknown as AgentMethods;
  const requests = http.ClientRequest.prototype as unknown as RequestMethods;
  const { addRequest } = agents;
  const { onSocket } = requests;
  let isIn = true;

  function hookedAddRequest(
    this: Agent,
    request: ClientRequest,
    options: ConnectOptions | string,
    ...old: unknown[]
  ): void {
    const held = isIn && typeof options === 'object' ? hooks.connecting(request, options) : undefined;
    if (held === undefined) return addRequest.call(this, request, options, ...old);
    return hooks.hold(held, request, () => addRequest.call(this, request, options, ...old));
  }

  function hookedOnSocket(this: ClientRequest, socket: Socket | null | undefined, error?: Error): void {
    if (!isIn || error || !socket || agentOf(this) !== undefined) return onSocket.call(this, socket, error);
    const held = hooks.connected(this);
    if (held === undefined) return onSocket.call(this, socket);
    return hooks.hold(held, this, () => onSocket.call(this, socket), socket);
  }

  const answered = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    hooks.answered(request, response);
  };

  agents.addRequest = hookedAddRequest;
  requests.onSocket = hookedOnSocket;
  subscribe(ANSWERED, answered);
  return () => {
    isIn = false;
    unsubscribe(ANSWERED, answered);
    // Where somebody else has patched them since, ours stay in between and do nothing.
    if (agents.addRequest === hookedAddRequest) agents.addRequest = addRequest;
    if (requests.onSocket === hookedOnSocket) requests.onSocket = onSocket;
  };
}

/** The agent of a request, where it is Node's own or extends it. */
export function agentOf(request: ClientRequest): Agent | undefined {
  const { agent } = request as { agent?: unknown };
  return agent instanceof nodeHttp().Agent ? agent : undefined;
}

/** Ends a request that has no socket as its agent would: with an error, or as one that was destroyed. */
export function endUnconnected(request: ClientRequest, error?: Error, socket?: Socket): void {
  (nodeHttp().ClientRequest.prototype as unknown as RequestMethods).onSocket.call(request, socket, error);
}

/** Sees to it that a connection that comes too late for a request goes to others, or away. */
export function refuseSocket(request: ClientRequest): void {
  const onSocket = (socket: Socket | null | undefined, error?: Error): void => {
    if (!socket) return;
    if (error === undefined && agentOf(request) !== undefined && !socket.destroyed)
      process.nextTick(() => socket.emit('free'));
    else socket.destroy();
  };
  Object.defineProperty(request, 'onSocket', { value: onSocket, configurable: true, writable: true });
}
