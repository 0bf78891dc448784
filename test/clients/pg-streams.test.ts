import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, QueryResult, Submittable } from 'pg';
import { settle } from '../support/held-work.ts';
import { load } from './copies.ts';
import { GuardedPg, Query } from './guarded-pg.ts';
import { PgServer } from './pg-server.ts';

const QueryStream = load('pg-query-stream') as new (
  text: string,
  values?: unknown[],
  config?: object,
) => Readable & Submittable;
const Cursor = load('pg-cursor') as new (text: string) => Submittable & {
  read(rows: number, callback: (error: Error | undefined, rows: unknown[]) => void): void;
  close(callback: () => void): void;
};
const copy = load('pg-copy-streams') as {
  from(text: string): Writable & Submittable;
  to(text: string): Readable & Submittable;
};

describe('guarded queries of pg that stream', () => {
  let server: PgServer;
  let db: GuardedPg;
  let client: Client;

  before(async () => (server = await PgServer.start()));
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    db = await GuardedPg.start(server);
    client = await db.connect();
  });
  afterEach(() => db[Symbol.asyncDispose]());

  /** A query that keeps the only slot until it is disposed of, for it waits for a lock. */
  const holding = async (): Promise<AsyncDisposable> => {
    const lock = await db.lock(1);
    const held = (await db.connect()).query('SELECT pg_advisory_xact_lock(1)');
    await settle();
    return {
      [Symbol.asyncDispose]: async () => {
        await lock[Symbol.asyncDispose]();
        await held;
      },
    };
  };

  it('hold a slot until they were read, and are not timed', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1 }, timeout: '20ms' });
    const stream = client.query(
      new QueryStream('SELECT pg_sleep(0.05), n FROM generate_series(1, 3) n', [], { batchSize: 1 }),
    );
    const seen: number[] = [];
    for await (const { n } of stream as AsyncIterable<{ n: number }>) {
      seen.push(n);
      assert.deepEqual(db.counts(), { inFlight: 1 });
    }
    assert.deepEqual(seen, [1, 2, 3]);
    await client.query('SELECT 1');
    await db.idle();
    assert.deepEqual(db.counts(), { success: 2 });
  });

  it('free it where they are left in the middle', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    for await (const _ of client.query(new QueryStream('SELECT generate_series(1, 1000)', [], { batchSize: 2 }))) break;
    await client.query('SELECT 1');
    await db.idle();
    assert.deepEqual(db.counts(), { success: 2 });
  });

  it('free it where they fail, and speak against the server only where it is unwell', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const stream = client.query(new QueryStream('SELECT 1 / (n - 2) FROM generate_series(1, 3) n'));
    const [error] = (await once(stream.resume(), 'error')) as [Error & { code?: string }];
    assert.equal(error.code, '22012');
    await client.query('SELECT 1');
    await db.idle();
    assert.deepEqual(db.counts(), { success: 2 });
  });

  it('are sent when there is room, and read from then on', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const held = await holding();
    const rows = client.query(new QueryStream('SELECT generate_series(1, 3) AS n')).toArray();
    await settle();
    assert.deepEqual(db.counts(), { inFlight: 1, queued: 1 });
    await held[Symbol.asyncDispose]();
    assert.deepEqual(await rows, [{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('are not sent where nobody reads them any more', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const held = await holding();
    const stream = client.query(new QueryStream('SELECT generate_series(1, 1000)'));
    stream.destroy();
    await held[Symbol.asyncDispose]();
    await client.query('SELECT 1');
    await db.idle();
    assert.deepEqual(db.counts(), { success: 2, cancelled: 1 });
  });

  it('end with an Error whose cause is ours where they are refused', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1 } });
    await using _ = await holding();
    const made = (): (Submittable & NodeJS.EventEmitter)[] => [
      new QueryStream('SELECT 1').resume(),
      new Query('SELECT 1'),
      copy.from('COPY item FROM STDIN'),
      copy.to('COPY item TO STDOUT').resume(),
    ];
    for (const query of made()) {
      const failed = once(query, 'error');
      assert.equal(client.query(query), query);
      const [error] = (await failed) as [Error];
      assert.match(error.message, /^Query was not sent/);
      assert.equal((error.cause as { code?: string }).code, 'BULKHEAD_REJECTED');
    }
    const cursor = client.query(new Cursor('SELECT 1'));
    const error = await new Promise<Error | undefined>((resolve) => cursor.read(1, resolve));
    assert.match(error?.message ?? '', /^Query was not sent/);
  });

  it('are cursors too', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const cursor = client.query(new Cursor('SELECT generate_series(1, 10) AS n'));
    const rows = await new Promise((resolve, reject) => {
      cursor.read(2, (error, read) => (error ? reject(error) : resolve(read)));
    });
    assert.deepEqual([rows, db.counts()], [[{ n: 1 }, { n: 2 }], { inFlight: 1 }]);
    await new Promise<void>((resolve) => cursor.close(resolve));
    await client.query('SELECT 1');
    await db.idle();
    assert.deepEqual(db.counts(), { success: 2 });
  });

  it('are COPY too, in and out', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '5s' });
    await pipeline(Readable.from(['1\t1\n', '2\t2\n']), client.query(copy.from('COPY item FROM STDIN')));
    const out = (await client.query(copy.to('COPY item TO STDOUT')).toArray()) as Buffer[];
    assert.equal(Buffer.concat(out).toString(), '1\t1\n2\t2\n');
    await client.query('SELECT 1');
    await db.idle();
    assert.deepEqual(db.counts(), { success: 3 });
  });

  it('are queries with events, or a callback of their own', async () => {
    db.guard({ bulkhead: {} });
    const events = client.query(new Query('SELECT 1 AS n'));
    const rows: unknown[] = [];
    events.on('row', (row) => rows.push(row));
    await once(events, 'end');
    const called = await new Promise<QueryResult>((resolve, reject) => {
      client.query(new Query('SELECT 2 AS n', [], (error, result) => (error ? reject(error) : resolve(result))));
    });
    assert.deepEqual([rows, called.rows], [[{ n: 1 }], [{ n: 2 }]]);
    await db.idle();
    assert.deepEqual(db.counts(), { success: 2 });
  });

  it('hear of notifications as before', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1 }, timeout: '5s' });
    await client.query('LISTEN news');
    const heard = once(client, 'notification');
    await client.query(`NOTIFY news, 'hello'`);
    const [{ payload }] = (await heard) as [{ payload: string }];
    assert.equal(payload, 'hello');
  });
});
