/** Run as a worker of a cluster: serves a status page, and tells where. */
import { StatusPage } from '../../src/status/status-handler.ts';
import { StatusServer } from '../../src/status/status-server.ts';
import { viewOf } from './status-view.ts';

const server = new StatusServer(new StatusPage(() => viewOf()).handle, { port: 0 }, (error) => {
  throw error;
});
while (server.url === undefined) await new Promise((resolve) => setImmediate(resolve));
process.send!(server.url);
