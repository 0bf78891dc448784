import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Runs the command, interrupts it when the pipe to whoever started it closes, also where that was killed, and cleans up. */
const UNTIL_ALONE = `
exec 3<&0
"$@" </dev/null & server=$!
{ read -r _ <&3; kill -INT $server 2>/dev/null; } & watch=$!
wait $server
code=$?
kill $watch 2>/dev/null
rm -rf "$PWD"
exit $code`;

/** A server of a test, in a folder of its own, which ends with the process of the test whatever happens. */
export class ServerProcess implements AsyncDisposable {
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#child = child;
  }

  static folder(name: string): string {
    return mkdtempSync(join(tmpdir(), `${name}-`));
  }

  /** Resolves when the server has said a line that matches. */
  static async start(
    folder: string,
    command: readonly string[],
    isReady: RegExp,
    options: { uid?: number; gid?: number } = {},
  ): Promise<ServerProcess> {
    const args = ['-c', UNTIL_ALONE, 'sh', ...command];
    const child = spawn('sh', args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], ...options });
    const said: string[] = [];
    const ready = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => {
          if (said.length < 100) said.push(line);
          if (isReady.test(line)) resolve();
        });
      }
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${command.join(' ')} did not start:\n${said.join('\n')}`)));
    });
    const server = new ServerProcess(folder, child);
    try {
      await ready;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.stdin?.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
