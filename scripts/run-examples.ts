/** Runs every program in examples/ by itself and fails when one of them does, or takes longer than a minute. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const programs = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));
const failed = programs.filter((name) => !run(name));
console.log(`${programs.length - failed.length} of ${programs.length} examples ran`);
process.exitCode = failed.length === 0 && programs.length > 0 ? 0 : 1;

function run(name: string): boolean {
  const start = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [join('examples', name)], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ran   ' : 'FAILED'}  examples/${name}  ${seconds} s`);
  if (status !== 0) console.log(`${stdout}${stderr}${signal ? `ended by ${signal}` : `exit code ${status}`}`);
  return status === 0;
}
