/** Runs every program in examples/ by itself. Fails when one of them does, prints nothing, or does not end. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const programs = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));
/** Each ends within three seconds on an idle machine; a busy one may take longer. */
const LIMIT_MILLIS = 30_000;

const failed = programs.filter((name) => !run(name));
console.log(`${programs.length - failed.length} of ${programs.length} examples ran`);
process.exitCode = failed.length === 0 && programs.length > 0 ? 0 : 1;

function run(name: string): boolean {
  const start = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [join('examples', name)], {
    cwd: root,
    encoding: 'utf8',
    timeout: LIMIT_MILLIS,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const problem = problemOf(status, signal, stdout);
  console.log(`${problem === undefined ? 'ran   ' : 'FAILED'}  examples/${name}  ${seconds} s`);
  if (problem !== undefined) console.log(`${stdout}${stderr}${problem}`);
  return problem === undefined;
}

function problemOf(status: number | null, signal: string | null, stdout: string): string | undefined {
  if (signal !== null) return `ended by ${signal}`;
  if (status !== 0) return `exit code ${status}`;
  return stdout.trim() === '' ? 'printed nothing' : undefined;
}
