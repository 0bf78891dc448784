import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { OtlpReceiver } from '../otlp-receiver.ts';
import type { Readings } from '../readings.ts';

/** How the application is run. */
export interface Run {
  /** A file of this folder. Default `app.mjs`. */
  app?: string;
  /** Options of Node.js, such as `['--import', ours]`. */
  node?: readonly string[];
  /** How the application starts the SDK itself; see `shop.cjs`. Default: not at all. */
  start?: string;
  env?: Readonly<Record<string, string>>;
  /** The folder that it runs in. */
  cwd?: string;
  /** Is given what has been written to stdout so far whenever there is more, and the process. */
  onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** What came of it. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the package said, without its name. */
  readonly told: readonly string[];
  /** The names of the spans that arrived at the user's backend. */
  readonly spans: readonly string[];
  /** What arrived there in the last export of metrics. */
  readonly metrics: Readings;
}

const here = import.meta.dirname;
/** What of the environment of the tests is none of the application's business. */
const foreign = /^(OTEL_|NODE_OPTIONS|NODE_V8_COVERAGE|npm_)/;
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
const { dependencies } = JSON.parse(readFileSync(join(here, '../../package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const traces = ['sdk-trace', 'sdk-trace-base']
  .map((name) => `@opentelemetry/${name}`)
  .find((name) => name in dependencies);

let running = 0;
const waiting: (() => void)[] = [];

/** Runs the application in a process of its own, as many at once as there are processors. */
export async function run({
  app = 'app.mjs',
  node = [],
  start,
  env = {},
  cwd = here,
  onOutput,
}: Run): Promise<Outcome> {
  if (running >= availableParallelism()) await new Promise<void>((free) => void waiting.push(free));
  running++;
  const backend = await OtlpReceiver.start();
  try {
    const child = spawn(process.execPath, [...node, join(here, app)], {
      cwd,
      env: {
        ...inherited,
        OTEL_SERVICE_NAME: 'shop',
        OTEL_EXPORTER_OTLP_ENDPOINT: new URL(backend.url('traces')).origin,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_METRIC_EXPORT_INTERVAL: '86400000',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_NODE_RESOURCE_DETECTORS: 'env',
        OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
        ...(traces !== undefined && { SHOP_TRACES: traces }),
        ...(start !== undefined && { SHOP_START: start }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk);
      onOutput?.(output, (signal) => void child.kill(signal));
    });
    const [stderr, [code, signal]] = await Promise.all([
      text(child.stderr),
      once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    const told = Array.from(stderr.matchAll(/^opentelemetry-resilience: (.*)$/gm), ([, sentence = '']) => sentence);
    return {
      code,
      signal,
      stdout: output,
      stderr,
      told,
      spans: backend.spans.map(({ name }) => name),
      metrics: backend.latest,
    };
  } finally {
    await backend.stop();
    running--;
    waiting.shift()?.();
  }
}
