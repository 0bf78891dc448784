import { execFileSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../compat/suite/free-port.ts';
import { ServerProcess } from './server-process.ts';

const MISSING = 'Redis is not installed: run .ci/install-servers, or apt-get install redis-server';

/** An empty Redis, on a free port. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  /** Whether it is one of a cluster. */
  readonly isCluster: boolean;
  readonly #process: ServerProcess;

  private constructor(port: number, isCluster: boolean, process: ServerProcess) {
    this.port = port;
    this.isCluster = isCluster;
    this.#process = process;
  }

  /** @param options - `cluster`: one node that has every slot; `port`: the one of a server that was stopped. */
  static async start({ cluster = false, port }: { cluster?: boolean; port?: number } = {}): Promise<RedisServer> {
    try {
      execFileSync('redis-server', ['--version'], { stdio: 'pipe' });
    } catch {
      throw new Error(MISSING);
    }
    const own = port ?? (await freePort());
    const folder = ServerProcess.folder('redis');
    const settings = { port: own, bind: '127.0.0.1', save: '""', appendonly: 'no', 'enable-debug-command': 'yes' };
    const set = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    if (cluster)
      set.push(
        '--cluster-enabled',
        'yes',
        '--cluster-announce-ip',
        '127.0.0.1',
        '--cluster-require-full-coverage',
        'no',
      );
    const server = await ServerProcess.start(folder, ['redis-server', ...set], /Ready to accept connections/);
    const started = new RedisServer(own, cluster, server);
    if (cluster) {
      started.cli('cluster', 'addslotsrange', '0', '16383');
      // It takes its time before it believes that it is whole.
      while (!started.cli('cluster', 'info').includes('cluster_state:ok')) await setTimeout(50);
    }
    return started;
  }

  /** What a command answers that is sent past every client. */
  cli(...command: string[]): string {
    return execFileSync('redis-cli', ['-p', String(this.port), ...command], { encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}
