import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { CERTIFICATE } from './certificate.ts';

/** A request that has reached the server, and waits for the test to answer it. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * An HTTP server that answers when the test says so. Some paths are answered at once: `/now`, `/status/503`, `/to/now` (a
 * redirect), `/reset` (the connection is cut), `/half` (it is cut in the middle of the answer), `/echo` (the body).
 */
export class HeldServer implements AsyncDisposable {
  /** What has reached it, as `GET /path`. */
  readonly seen: string[] = [];
  readonly #server: Server;
  readonly #scheme: string;
  readonly #arrived: Arrival[] = [];
  readonly #awaited: ((arrival: Arrival) => void)[] = [];
  readonly #upgraded = new Set<Socket>();
  connections = 0;

  private constructor(server: Server, scheme: string) {
    this.#server = server;
    this.#scheme = scheme;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
    server.on(scheme === 'https' ? 'secureConnection' : 'connection', () => void this.connections++);
    server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      this.seen.push(`${request.method} ${request.url}`);
      this.#upgraded.add(socket);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
      socket.on('error', () => undefined);
    });
  }

  static async start({ secure = false }: { secure?: boolean } = {}): Promise<HeldServer> {
    const server = secure ? createSecureServer(CERTIFICATE) : createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new HeldServer(server, secure ? 'https' : 'http');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What guards are named after. */
  get peer(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `${this.#scheme}://${this.peer}`;
  }

  /** The next request that is not answered at once. */
  next(): Promise<Arrival> {
    const arrival = this.#arrived.shift();
    if (arrival) return Promise.resolve(arrival);
    return new Promise((resolve) => this.#awaited.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    this.seen.push(`${method} ${url}`);
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const [, path, argument] = url.split(/[/?]/);
    if (path === 'now') response.end('now');
    else if (path === 'status') response.writeHead(Number(argument)).end('status');
    // The body is more than a connection keeps for who does not read it.
    else if (path === 'to') response.writeHead(302, { location: `/${argument}` }).end('x'.repeat(200_000));
    else if (path === 'reset') request.socket.destroy();
    else if (path === 'half') {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    } else if (path === 'echo') response.end(await text(request).catch(() => ''));
    else {
      const arrival = { request, response };
      const awaited = this.#awaited.shift();
      if (awaited) awaited(arrival);
      else this.#arrived.push(arrival);
    }
  }
}
