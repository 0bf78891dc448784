import assert from 'node:assert/strict';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

describe('status pages of the workers of a cluster', () => {
  it('have a port each, so that one page shows one process', async () => {
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('../support/cluster-worker.ts', import.meta.url)),
      execArgv: [],
    });
    const workers = [cluster.fork(), cluster.fork()];
    try {
      const told = await Promise.all(workers.map((worker) => once(worker, 'message')));
      const urls = told.map(([url]: unknown[]) => url);
      assert.notEqual(urls[0], urls[1]);
    } finally {
      await Promise.all(
        workers.map((worker) => {
          const gone = once(worker, 'exit');
          worker.process.kill();
          return gone;
        }),
      );
    }
  });
});
