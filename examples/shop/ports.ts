import { once } from 'node:events';
import { createServer } from 'node:net';

/** Throws for the first of these ports of 127.0.0.1 that cannot be listened on. */
export async function checkPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer();
    try {
      server.listen({ host: '127.0.0.1', port });
      await once(server, 'listening');
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? error.code : error;
      const what = reason === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${String(reason)})`;
      throw new Error(`Port ${port} ${what}; --port-base N takes N to N+3 instead`, { cause: error });
    }
    server.close();
    await once(server, 'close');
  }
}
