/**
 * Runs the tests of guarded clients that come as packages, against servers where they need some: with the newest versions of the clients, which
 * are installed here, and with the oldest supported, which are installed in a fresh folder outside of this repository:
 * `npm run test:clients`, or `npm run test:clients -- oldest`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');
const ENDS: Readonly<Record<string, () => boolean>> = { newest: runNewest, oldest: runOldest };

const wanted = process.argv.slice(2);
if (wanted.every((end) => end in ENDS)) {
  const ends = wanted.length > 0 ? wanted : Object.keys(ENDS);
  process.exitCode = ends.map((end) => ENDS[end]!()).every(Boolean) ? 0 : 1;
} else {
  console.error(`usage: npm run test:clients [-- ${Object.keys(ENDS).join('|')}]`);
  process.exitCode = 1;
}

function runNewest(): boolean {
  // The others need no server, and run with all tests.
  return runSuite(['pg', 'redis'], {});
}

function runOldest(): boolean {
  const tree = mkdtempSync(join(tmpdir(), 'oldest-clients-'));
  try {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(here, 'oldest', name), join(tree, name));
    return install(tree) && runSuite(['pg', 'redis', 'undici', 'grpc'], { CLIENTS_TREE: tree });
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function install(tree: string): boolean {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const script = process.env.npm_execpath;
  const [command, ...rest] = script === undefined ? ['npm', ...args] : [process.execPath, script, ...args];
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd: tree, encoding: 'utf8' });
  if (status !== 0) console.error(`npm ${args.join(' ')}\n${stdout}${stderr}`);
  return status === 0;
}

function runSuite(clients: readonly string[], env: NodeJS.ProcessEnv): boolean {
  console.log(env.CLIENTS_TREE === undefined ? 'the newest clients' : 'the oldest clients');
  const options = ['--no-config', '--timeout', '30000', '--forbid-only', '--forbid-pending'];
  const files = clients.map((name) => `test/clients/${name}*.test.ts`);
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  const { status } = spawnSync(process.execPath, [mocha, ...options, ...files], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return status === 0;
}
