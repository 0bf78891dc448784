import assert from 'node:assert/strict';
import type { Client, Pool, QueryResult } from 'pg';
import { errorOf, settle, watch } from '../support/held-work.ts';
import { isOldest } from './copies.ts';
import { GuardedPg } from './guarded-pg.ts';
import { PgServer } from './pg-server.ts';

describe('guarded queries of pg', () => {
  let server: PgServer;
  let db: GuardedPg;

  before(async () => (server = await PgServer.start()));
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => (db = await GuardedPg.start(server)));
  afterEach(() => db[Symbol.asyncDispose]());

  describe('that have room', () => {
    it('are answered in every form', async () => {
      db.guard({ bulkhead: {}, timeout: 'adaptive' });
      const client = await db.connect();
      const text = 'SELECT 1 + $1::int AS n';
      assert.deepEqual(rows(await client.query(text, [1])), [{ n: 2 }]);
      assert.deepEqual(rows(await client.query({ text, values: [1] })), [{ n: 2 }]);
      assert.deepEqual(rows(await client.query({ text }, [1])), [{ n: 2 }]);
      assert.deepEqual(rows(await client.query({ text, values: [1], rowMode: 'array' })), [[2]]);
      for (const name of ['prepared', 'prepared'])
        assert.deepEqual(rows(await client.query({ name, text, values: [1] })), [{ n: 2 }]);
      assert.deepEqual(rows(await calledBack(client, 'SELECT 2 AS n')), [{ n: 2 }]);
      assert.deepEqual(rows(await calledBack(client, text, [1])), [{ n: 2 }]);
      assert.deepEqual(rows(await calledBack(client, { text, values: [1] })), [{ n: 2 }]);
      assert.deepEqual(rows(await calledBack(client, { text }, [1])), [{ n: 2 }]);
      const several: unknown = await client.query('SELECT 1 AS n; SELECT 2 AS n');
      assert.deepEqual((several as QueryResult[]).map(rows), [[{ n: 1 }], [{ n: 2 }]]);
      await db.idle();
      assert.deepEqual(db.counts(), { success: 11 });
    });

    it('go through pools, and wait for connections outside of their guards', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 }, timeout: '10s' });
      const pool = db.pool({ max: 1 });
      const answers = await Promise.all([1, 2, 3].map((n) => pool.query('SELECT $1::int AS n', [n])));
      assert.deepEqual(answers.flatMap(rows), [{ n: 1 }, { n: 2 }, { n: 3 }]);
      await db.idle();
      assert.deepEqual(db.counts(), { success: 3 });
    });

    it('leave the object they were given as pg leaves it', async () => {
      db.guard({ bulkhead: {} });
      const client = await db.connect();
      const config = { text: 'SELECT 1 AS n' };
      await client.query(config);
      assert.deepEqual(Object.keys(config), ['text']);
      const callback = (): void => undefined;
      await calledBack(client, config);
      assert.equal(applied(client, config, callback), undefined);
      assert.equal((config as { callback?: unknown }).callback, callback);
    });

    it('fail with the error of the server, and a stack that names the caller', async () => {
      db.guard({ bulkhead: {} });
      const client = await db.connect();
      const failing = async (): Promise<void> => {
        await client.query('SELECT nothing');
      };
      const error = await errorOf(failing());
      assert.ok(error instanceof Error);
      assert.equal((error as { code?: string }).code, '42703');
      if (!isOldest) assert.match(error.stack ?? '', /failing/);
    });

    it('are refused by pg where they are none', async () => {
      db.guard({ bulkhead: {} });
      const client = await db.connect();
      assert.throws(() => applied(client, null), { name: 'TypeError' });
      assert.throws(() => applied(client, undefined), { name: 'TypeError' });
    });
  });

  describe('without room', () => {
    it('are refused with an Error whose cause is ours', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      await using _ = await db.lock(1);
      const [holding, refused] = [await db.connect(), await db.connect()];
      const held = watch(holding.query('SELECT pg_advisory_lock(1)'));
      for (const error of [
        await errorOf(refused.query('SELECT 1')),
        await errorOf(refused.query({ text: 'SELECT 1' })),
        await errorOf(calledBack(refused, 'SELECT 1')),
      ]) {
        assert.ok(error instanceof Error);
        assert.equal(error.constructor, Error);
        assert.match(error.message, /^Query was not sent: /);
        assert.equal((error.cause as { code?: string }).code, 'BULKHEAD_REJECTED');
      }
      assert.equal(held.outcome, 'pending');
      assert.deepEqual(db.counts(), { inFlight: 1, rejected: 3 });
    });

    it('are sent when a slot is free, with the values they were made with', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 10 } });
      const lock = await db.lock(1);
      const [holding, waiting] = [await db.connect(), await db.connect()];
      const held = holding.query('SELECT pg_advisory_lock(1)');
      const config = { text: 'SELECT $1::int AS n', values: [0] };
      const answers = [1, 2, 3].map((n) => {
        config.values = [n];
        return n === 3 ? calledBack(waiting, config) : waiting.query(config);
      });
      await settle();
      assert.deepEqual(db.counts(), { inFlight: 1, queued: 1 });
      await lock[Symbol.asyncDispose]();
      await held;
      assert.deepEqual((await Promise.all(answers)).flatMap(rows), [{ n: 1 }, { n: 2 }, { n: 3 }]);
    });

    it('leave the connection of the pool alone', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      await using _ = await db.lock(1);
      const pool = db.pool({ max: 1 });
      const backend = async (): Promise<unknown[]> => rows(await pool.query('SELECT pg_backend_pid()'));
      const before = await backend();
      const holding = await db.connect();
      void watch(holding.query('SELECT pg_advisory_lock(1)'));
      await errorOf(pool.query('SELECT 1'));
      await errorOf(calledBack(pool, 'SELECT 1'));
      assert.deepEqual([pool.totalCount, pool.idleCount], [1, 1]);
      db.guard();
      assert.deepEqual(await backend(), before);
    });
  });

  describe('that take too long', () => {
    it('end at once, keep slot and connection until they are answered, and hold back what follows', async () => {
      db.guard({ bulkhead: { maxConcurrent: 5 }, timeout: '30ms' });
      const lock = await db.lock(1);
      const client = await db.connect();
      const error = await errorOf(client.query('SELECT pg_advisory_lock(1)'));
      assert.ok(error instanceof Error);
      assert.equal(error.message, 'Query read timeout');
      assert.equal((error.cause as { code?: string }).code, 'OPERATION_TIMEOUT');
      assert.deepEqual(db.counts(), { inFlight: 1, timeout: 1 });
      const next = watch(client.query('SELECT 1 AS n'));
      await settle();
      assert.equal(next.outcome, 'pending');
      await lock[Symbol.asyncDispose]();
      assert.deepEqual(rows(await client.query('SELECT 2 AS n')), [{ n: 2 }]);
      assert.deepEqual(rows(next.outcome as unknown as QueryResult), [{ n: 1 }]);
      await db.idle();
      assert.deepEqual(db.counts(), { success: 2, timeout: 1 });
    });

    it('call back once, though an answer comes', async () => {
      db.guard({ timeout: '30ms' });
      const lock = await db.lock(1);
      const client = await db.connect();
      const heard: unknown[] = [];
      await new Promise<void>((resolve) => {
        client.query('SELECT pg_advisory_lock(1)', (error) => {
          heard.push(error.message);
          resolve();
        });
      });
      await lock[Symbol.asyncDispose]();
      await client.query('SELECT 1');
      assert.deepEqual(heard, ['Query read timeout']);
    });

    it('cost a pool their connection, which speaks neither for nor against the server', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1, failureThreshold: 2 }, timeout: '30ms' });
      await using _ = await db.lock(1);
      const pool = db.pool({ max: 1 });
      await errorOf(pool.query('SELECT pg_advisory_lock(1)'));
      db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1, failureThreshold: 2 } });
      assert.deepEqual(rows(await pool.query('SELECT 1 AS n')), [{ n: 1 }]);
      await db.idle();
      assert.deepEqual(db.counts(), { success: 1, timeout: 1 });
    });
  });

  describe('that fail', () => {
    it('speak against the server only where it is unwell', async () => {
      db.guard({ bulkhead: {} });
      const [client, outside] = [await db.connect(), await db.connectOutside()];
      await errorOf(client.query('SELECT 1/0'));
      await errorOf(client.query('SELECT * FROM nowhere'));
      await client.query('INSERT INTO item VALUES (1, 1)');
      await errorOf(client.query('INSERT INTO item VALUES (1, 1)'));
      await settle();
      assert.deepEqual(db.counts(), { success: 4 });
      await client.query(`SET statement_timeout = '20ms'`);
      await errorOf(client.query('SELECT pg_sleep(60)'));
      const [{ pid } = { pid: 0 }] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
      const killed = errorOf(client.query(`SET statement_timeout = 0; SELECT pg_sleep(60)`));
      const ended = new Promise((resolve) => client.once('end', resolve));
      await outside.query('SELECT pg_terminate_backend($1)', [pid]);
      await killed;
      await ended;
      await settle();
      assert.deepEqual(db.counts(), { success: 6, failure: 2 });
      await errorOf(client.query('SELECT 1'));
      await settle();
      assert.deepEqual(db.counts(), { success: 6, failure: 3 });
    });

    it('speak neither for nor against it where the client was closed', async () => {
      db.guard({ bulkhead: {} });
      const client = await db.connect();
      await client.end();
      await errorOf(client.query('SELECT 1'));
      await settle();
      assert.deepEqual(db.counts(), { cancelled: 1 });
    });
  });

  describe('of other rules', () => {
    it('pass where no rule is about them', async () => {
      db.guard({ operation: 'INSERT', bulkhead: { maxConcurrent: 1 } });
      const client = await db.connect();
      await client.query('SELECT 1');
      await client.query('INSERT INTO item VALUES (1, 1)');
      await db.idle();
      assert.deepEqual(db.counts(`${db.peer} INSERT`), { success: 1 });
    });

    it('pass when the guards are gone, and are guarded again', async () => {
      db.guard({ bulkhead: {} });
      const client = await db.connect();
      await client.query('SELECT 1');
      db.guarding[Symbol.dispose]();
      await client.query('SELECT 1');
      assert.deepEqual(db.counts(), { success: 1 });
      using _ = db.guardAgain();
      await client.query('SELECT 1');
      assert.deepEqual(db.counts(), { success: 2 });
    });
  });
});

function rows(result: QueryResult): unknown[] {
  return result.rows as unknown[];
}

/** `query` of whatever it is given. */
function applied(client: Client | Pool, ...args: unknown[]): unknown {
  return Reflect.apply(Reflect.get(client, 'query') as (...args: unknown[]) => unknown, client, args);
}

/** What a query calls back with. */
function calledBack(client: Client | Pool, ...args: unknown[]): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, result: QueryResult): void => (error ? reject(error) : resolve(result));
    applied(client, ...args, done);
  });
}
