/**
 * Without a line of code: `--import opentelemetry-resilience/register`, and a file that says what is promised and what is
 * guarded. The application and its OpenTelemetry set-up in zero-code/ know nothing of it. The inventory fails one request
 * in five, until its compartment is isolated and spares it.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (file: string): string => fileURLToPath(new URL(`./zero-code/${file}`, import.meta.url));

const { stdout, stderr, status } = spawnSync(
  process.execPath,
  ['--import', 'opentelemetry-resilience/register', '--import', here('otel.ts'), here('app.ts')],
  { encoding: 'utf8', env: { ...process.env, OTEL_RESILIENCE_CONFIG: here('resilience.yaml') } },
);
console.log(stdout + stderr);
process.exitCode = status ?? 1;
