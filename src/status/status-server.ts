import type { IncomingMessage, Server } from 'node:http';
import { quietServer } from './quiet-server.ts';
import type { StatusHandler } from './status-handler.ts';

/** Where the status page is served. */
export interface StatusServerOptions {
  /** 0 to 65535; 0 takes a free one. */
  port: number;
  /** Default `'localhost'`: only this machine can see it. */
  host?: string;
}

/** What a browser on this machine calls it, and nobody else's page can. */
const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** A server for the status page that keeps no process alive. */
export class StatusServer implements Disposable {
  readonly #server: Server;

  /** @param onTrouble - hears once where it cannot listen, or stopped listening. */
  constructor(
    handle: StatusHandler,
    { port, host = 'localhost' }: StatusServerOptions,
    onTrouble: (error: Error) => void,
  ) {
    const isLocal = LOCAL.test(host === '::1' ? '[::1]' : host);
    this.#server = quietServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
      if (isLocal && !isForThisMachine(request)) response.writeHead(403).end('This page is for this machine only.\n');
      else handle(request, response);
    });
    this.#server.on('error', onTrouble);
    // The workers of a cluster would share it otherwise, and each page show another of them.
    this.#server.listen({ port, host, exclusive: true });
  }

  /** Where it listens, e.g. `http://localhost:9465/`; `undefined` until it does, and where it cannot. */
  get url(): string | undefined {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return undefined;
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${['127.0.0.1', '[::1]'].includes(host) ? 'localhost' : host}:${address.port}/`;
  }

  [Symbol.dispose](): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Another name that was made to lead here could be that of a page that reads ours: DNS rebinding. */
function isForThisMachine({ headers }: IncomingMessage): boolean {
  return headers.host !== undefined && LOCAL.test(headers.host);
}
