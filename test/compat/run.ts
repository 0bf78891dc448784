/**
 * Packs the package, installs it beside one line of the OpenTelemetry SDK in a fresh folder outside this repository, and
 * runs the suite there: `npm run test:compat -- sdk-2`, or `sdk-3`. npm refuses both lines in one tree.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');
const lines = readdirSync(here).filter((name) => name.startsWith('sdk-'));
const line = process.argv[2] ?? '';

if (process.argv.length === 3 && lines.includes(line)) {
  const tree = mkdtempSync(join(tmpdir(), `compat-${line}-`));
  try {
    process.exitCode = install(tree) && checkTypes(tree) && runSuite(tree) ? 0 : 1;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
} else {
  console.error(`usage: npm run test:compat -- ${lines.join('|')}`);
  process.exitCode = 1;
}

/** The SDK as the lock file has it, then the package as it would be published. */
function install(tree: string): boolean {
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(here, line, name), join(tree, name));
  cpSync(join(here, 'tsconfig.json'), join(tree, 'tsconfig.json'));
  cpSync(join(here, 'suite'), join(tree, 'suite'), { recursive: true });
  cpSync(join(here, line, 'sdk.ts'), join(tree, 'suite/sdk.ts'));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  if (!npm(root, 'pack', '--pack-destination', tree)) return false;
  const tarball = readdirSync(tree).find((name) => name.endsWith('.tgz'));
  return npm(tree, 'ci', ...quiet) && npm(tree, 'install', '--no-save', ...quiet, `./${tarball}`);
}

/** Our types against the SDK's, and the suite's: both compilers, declaration files included. */
function checkTypes(tree: string): boolean {
  return ['typescript', 'typescript-5'].every((compiler) =>
    ['true', 'false'].every((exact) => {
      const tsc = join('node_modules', compiler, 'bin/tsc');
      console.log(`${compiler}, exactOptionalPropertyTypes ${exact}`);
      return run(tree, process.execPath, [tsc, '--exactOptionalPropertyTypes', exact], 'inherit');
    }),
  );
}

function runSuite(tree: string): boolean {
  const mocha = ['--forbid-only', '--forbid-pending', '--timeout', '30000', '--require', './suite/clean-slate.ts'];
  return run(tree, process.execPath, ['node_modules/mocha/bin/mocha.js', ...mocha, 'suite/*.test.ts'], 'inherit');
}

/** Tells what npm said only when it failed. */
function npm(cwd: string, ...args: string[]): boolean {
  const script = process.env.npm_execpath;
  return script === undefined ? run(cwd, 'npm', args, 'pipe') : run(cwd, process.execPath, [script, ...args], 'pipe');
}

function run(cwd: string, command: string, args: readonly string[], stdio: 'inherit' | 'pipe'): boolean {
  // What `npm run` and OpenTelemetry's users have set must not reach into the tree.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_(registry|cache))|OTEL_|NODE_OPTIONS$)/i.test(name),
  );
  const env = { ...Object.fromEntries(inherited), PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, env, stdio, encoding: 'utf8' });
  if (error !== undefined) console.error(error.message);
  if (status !== 0 && stdio === 'pipe') console.error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return status === 0;
}
