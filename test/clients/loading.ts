/**
 * A program that loads a client after it was told to be guarded and to be instrumented, in either order, makes a call that
 * takes too long, and tells which spans have which events: `node loading.ts PACKAGE guarded|instrumented require|import PORT`.
 */
import { register } from 'node:module';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';
import type * as ioredis from 'ioredis';
import type * as pg from 'pg';
import type * as redis from 'redis';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardPg } from '../../src/instrumentation/clients/pg.ts';
import { guardRedis } from '../../src/instrumentation/clients/redis.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { errorOf } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';
import { importClient, load } from './copies.ts';

const [name = '', first, way, port] = process.argv.slice(2);
const at = { host: '127.0.0.1', port: Number(port) };

const traced = new Traced(new SlaSpanProcessor());
const guards = new ConfiguredGuards();
const instrument = (): unknown[] => [new PgInstrumentation(), new RedisInstrumentation(), new IORedisInstrumentation()];
const guard = (): unknown[] => [guardPg(guards.rules), guardRedis(guards.rules)];
for (const step of first === 'guarded' ? [guard, instrument] : [instrument, guard]) step();
if (way === 'import') register('import-in-the-middle/hook.mjs', import.meta.url);

const loaded: unknown = way === 'import' ? await importClient(name) : load(name);
const { default: main = loaded } = loaded as { default?: unknown };
// Connects, makes a call that is let through, has the next one held up, makes that, and waits for its late end.
const CLIENTS: Readonly<Record<string, () => Promise<void>>> = {
  pg: async () => {
    const client = new (main as typeof pg).Client({ ...at, user: 'shop', database: 'shop' });
    await client.connect();
    await limited(() => client.query('SELECT pg_sleep(0.2)'));
    await client.query('VALUES (1)');
    await client.end();
  },
  ioredis: async () => {
    const { default: Redis } = { default: main } as { default: typeof ioredis.Redis };
    const client = new Redis(at);
    await client.client('PAUSE', 200);
    await limited(() => client.get('k'));
    await client.quit();
  },
  redis: async () => {
    const client = (main as typeof redis).createClient({ socket: at });
    await client.connect();
    await client.sendCommand(['CLIENT', 'PAUSE', '200']);
    await limited(() => client.get('k'));
    await client.quit();
  },
};

async function limited(call: () => Promise<unknown>): Promise<void> {
  guards.apply([{ match: { service: '*' }, timeout: '30ms' }]);
  await traced.inSpan('request', () => errorOf(call()));
  guards.apply([]);
}

await CLIENTS[name]!();
const told = traced.spans.map((span) => [span.name, ...span.events.map((event) => event.name)].join(': '));
console.log(told.map((each) => each.replace(': exception', '')).join('\n'));
await guards.shutdown();
