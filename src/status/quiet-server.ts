import { EventEmitter } from 'node:events';
import type { RequestListener, Server, ServerOptions } from 'node:http';

/**
 * A server for what we show of ourselves. It keeps no process alive, and its requests are no requests of the application's:
 * what instruments node:http does not see them.
 */
export function quietServer(options: ServerOptions, listener: RequestListener): Server {
  // Loaded only where something is shown: it takes a while.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer(options, listener);
  // In place of the method that it inherits, which an instrumentation replaces to see requests.
  const emit = (...event: [string]): boolean => EventEmitter.prototype.emit.apply(server, event);
  Object.defineProperty(server, 'emit', { value: emit });
  server.on('connection', (socket) => socket.unref());
  return server.unref();
}
