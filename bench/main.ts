/** Runs every benchmark in a process of its own, one after the other. Exit code 1 where a figure was missed. */
import { spawnSync } from 'node:child_process';

const BENCHMARKS = [
  'span-cost',
  'series',
  'bulkhead',
  'timeout-cost',
  'clients/http',
  'clients/undici',
  'clients/databases',
  'clients/grpc',
];

const missed = BENCHMARKS.filter((name) => {
  const file = new URL(`${name}.ts`, import.meta.url).pathname;
  return (
    spawnSync(process.execPath, ['--expose-gc', '--max-semi-space-size=64', file], { stdio: 'inherit' }).status !== 0
  );
});
if (missed.length > 0) console.log(`\nmissed in: ${missed.join(', ')}`);
process.exitCode = missed.length > 0 ? 1 : 0;
