import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../compat/suite/free-port.ts';
import { ServerProcess } from './server-process.ts';

const DEBIAN = '/usr/lib/postgresql';
const MISSING = 'PostgreSQL is not installed: run .ci/install-servers, or apt-get install postgresql';

/** A PostgreSQL with an empty database `shop`, on a free port and a socket in a folder of its own. */
export class PgServer implements AsyncDisposable {
  readonly port: number;
  /** Where its socket is. */
  readonly folder: string;
  readonly #process: ServerProcess;

  private constructor(port: number, process: ServerProcess) {
    this.port = port;
    this.folder = process.folder;
    this.#process = process;
  }

  static async start(): Promise<PgServer> {
    const bin = binaries();
    const owner = owning();
    const folder = ServerProcess.folder('postgresql');
    if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
    const data = join(folder, 'data');
    const make = ['-D', data, '-U', 'shop', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(bin, 'initdb'), make, { cwd: folder, stdio: 'pipe', ...owner });
    // Creates the database before it is a server.
    const single = ['--single', '-D', data, 'postgres'];
    execFileSync(join(bin, 'postgres'), single, {
      cwd: folder,
      input: 'CREATE DATABASE shop\n',
      stdio: 'pipe',
      ...owner,
    });
    const port = await freePort();
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      fsync: 'off',
      max_connections: '50',
    };
    const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = [join(bin, 'postgres'), '-D', data, '-p', String(port), ...set];
    return new PgServer(port, await ServerProcess.start(folder, command, /ready to accept connections/, owner));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}

/** The newest that Debian has installed. */
function binaries(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  if (versions[0] === undefined) throw new Error(MISSING);
  return join(DEBIAN, versions[0], 'bin');
}

/** PostgreSQL refuses to run as root. */
function owning(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
