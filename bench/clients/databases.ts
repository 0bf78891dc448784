/**
 * What a query of `pg` and a command of `ioredis` and `redis` cost with the hooks in and no rule about them, beside a copy of
 * the package without hooks, and what they cost guarded. Connections answer at once, so that nothing is measured but the
 * client. Of `redis` it is the hook alone, around a method that does nothing.
 */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type * as NodeRedis from '@redis/client';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type * as IORedis from 'ioredis';
import type * as Pg from 'pg';
import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardPg } from '../../src/instrumentation/clients/pg.ts';
import { guardRedis } from '../../src/instrumentation/clients/redis.ts';
import { extraNanos } from '../measure.ts';
import { type AsyncCase, inTurn, measureAsync } from '../measure-async.ts';
import { Verdict } from '../verdict.ts';

type Call = () => unknown;

/** A client under measurement: `call` makes one call, which is answered when it returns. */
interface Client {
  /** The package, and what of it is to be loaded anew. */
  readonly name: string;
  readonly files: RegExp;
  /** What it calls, and one that it does not. */
  readonly operation: string;
  readonly other: string;
  readonly isAnswered: boolean;
  call(loaded: unknown): Call;
}

const MOST = 200;
const require = createRequire(import.meta.url);
const guards = new ConfiguredGuards();
const bulkhead = { maxConcurrent: 1_000 };

const CLIENTS: readonly Client[] = [
  {
    name: 'pg',
    files: /[\\/]pg(?:-[a-z]+)?[\\/]/,
    operation: 'SELECT',
    other: 'DELETE',
    isAnswered: true,
    call: callPg,
  },
  { name: 'ioredis', files: /[\\/]ioredis[\\/]/, operation: 'GET', other: 'DEL', isAnswered: true, call: callIORedis },
  {
    name: '@redis/client',
    files: /[\\/]@redis[\\/]client[\\/]/,
    operation: 'GET',
    other: 'DEL',
    isAnswered: false,
    call: callNodeRedis,
  },
];

function callPg(loaded: unknown): Call {
  const connection = new EventEmitter();
  const completed = { text: 'SELECT 1' };
  const ready = { status: 'I' };
  Object.assign(connection, {
    connect: () => {},
    stream: { cork: () => {}, uncork: () => {} },
    parsedStatements: {},
    submittedNamedStatements: {},
    query: () => {
      connection.emit('commandComplete', completed);
      connection.emit('readyForQuery', ready);
    },
  });
  const { Client } = loaded as typeof Pg;
  const client = new Client({ host: 'db.local', database: 'shop', connection } as Pg.ClientConfig);
  void client.connect();
  Object.assign(client, { _connected: true, readyForQuery: true });
  return () => client.query('SELECT 1');
}

interface CommandQueue {
  shift(): { command: { resolve(reply: Buffer): void } };
}

function callIORedis(loaded: unknown): Call {
  const { Redis } = loaded as typeof IORedis;
  const redis = new Redis({ host: 'cache.local', lazyConnect: true });
  Object.assign(redis, { status: 'ready', condition: { select: 0 }, stream: { writable: true, write: () => true } });
  const { commandQueue } = redis as unknown as { commandQueue: CommandQueue };
  const reply = Buffer.from('v');
  return () => {
    const answer = redis.get('k');
    commandQueue.shift().command.resolve(reply);
    return answer;
  };
}

function callNodeRedis(loaded: unknown): Call {
  const { createClient } = loaded as typeof NodeRedis;
  const client = createClient({ socket: { host: 'cache.local' } });
  const command = ['GET', 'k'];
  return () => client.sendCommand(command);
}

/** A copy of the package of its own. It stays known, so that hooks find it, unless another one is loaded. */
function copy({ name, files }: Client): unknown {
  for (const file of Object.keys(require.cache)) if (files.test(file)) Reflect.deleteProperty(require.cache, file);
  const loaded: unknown = require(name);
  if (name === '@redis/client') {
    const main = require('@redis/client/dist/lib/client') as { default: { prototype: object } };
    Object.assign(main.default.prototype, { sendCommand: () => undefined });
  }
  return loaded;
}

function repeated(call: Call, rules: GuardRule[] = []): AsyncCase {
  return async (calls) => {
    guards.apply(rules);
    for (let each = 1; each <= calls; each++) {
      call();
      // Promises leave things to do behind.
      if (each % 100 === 0) await Promise.resolve();
    }
  };
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
// Errors are not measured, but what keeps the stack of every caller is.
Error.stackTraceLimit = 0;
const made = CLIENTS.map((client) => ({
  client,
  plain: client.call(copy(client)),
  alike: client.call(copy(client)),
  loaded: copy(client),
}));
guardPg(guards.rules);
guardRedis(guards.rules);

const verdict = new Verdict('A call to a database, without its connection (median of interleaved rounds)');
for (const { client, plain, alike, loaded } of made) {
  const { name, operation, other, isAnswered } = client;
  const hooked = client.call(loaded);
  const all = [{ match: { service: '*.local', operation }, bulkhead, timeout: { min: '10s' } }] satisfies GuardRule[];
  const measured = await measureAsync(
    {
      plain: repeated(plain),
      alike: repeated(alike),
      noRules: repeated(hooked),
      others: repeated(hooked, [{ match: { service: 'other.*' }, bulkhead }]),
      otherOperations: repeated(hooked, [{ match: { service: '*.local', operation: other }, bulkhead }]),
    },
    { rounds: 101, calls: 5_000 },
  );
  verdict.figure(`${name}: without hooks`, measured.plain.nanos, 'ns');
  verdict.figure(`${name}: in another copy, more`, extraNanos(measured.alike, measured.plain), 'ns');
  verdict.most(`${name}: no rules, more`, extraNanos(measured.noRules, measured.plain), MOST, 'ns');
  verdict.most(`${name}: other peers, more`, extraNanos(measured.others, measured.plain), MOST, 'ns');
  verdict.most(`${name}: other operations, more`, extraNanos(measured.otherOperations, measured.plain), MOST, 'ns');
  if (isAnswered) {
    guards.apply(all);
    const [bare, guarded] = [plain, hooked].map((call) => inTurn(async () => call()));
    const inAll = await measureAsync({ plain: bare!, guarded: guarded! }, { rounds: 31, calls: 5_000 });
    verdict.figure(`${name}: guarded, more`, extraNanos(inAll.guarded, inAll.plain), 'ns');
  }
}
verdict.close();
