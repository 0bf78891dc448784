import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Ports in a row that nobody on this machine listens on. */
export async function freePorts(count: number): Promise<number[]> {
  for (;;) {
    const first = await listen(0);
    const { port } = first.address() as AddressInfo;
    const ports = Array.from({ length: count }, (_, index) => port + index);
    const others = await Promise.allSettled(ports.slice(1).map((each) => listen(each)));
    const servers = [first, ...others.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []))];
    await Promise.all(servers.map((server) => close(server)));
    if (servers.length === count) return ports;
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
