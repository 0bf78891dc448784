import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { withDeadline } from '../../src/time/ambient.ts';
import { errorOf, settle, type Watched, watch } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';
import { isOldest } from './copies.ts';
import { GuardedPg } from './guarded-pg.ts';
import { PgServer } from './pg-server.ts';

describe('guarded queries of one connection', () => {
  let server: PgServer;
  let db: GuardedPg;

  before(async () => (server = await PgServer.start()));
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => (db = await GuardedPg.start(server)));
  afterEach(() => db[Symbol.asyncDispose]());

  /** A query that keeps its slot until it is disposed of, for it waits for a lock. */
  const holding = async (): Promise<AsyncDisposable> => {
    const lock = await db.lock(1);
    const client = await db.connect();
    const held = client.query('SELECT pg_advisory_xact_lock(1)');
    await settle();
    return {
      [Symbol.asyncDispose]: async () => {
        await lock[Symbol.asyncDispose]();
        await held;
      },
    };
  };
  const numbers = async (client: Client): Promise<unknown[]> => {
    const { rows } = await client.query<{ n: number }>('SELECT n FROM item ORDER BY id');
    return rows.map(({ n }) => n);
  };
  const outcomes = (all: readonly Watched[]): unknown[] =>
    all.map(({ outcome }) => (outcome === 'pending' || outcome === 'rejected' ? outcome : 'answered'));

  it('keep their order where the first has to wait, whatever rules are about those behind it', async () => {
    db.guard(
      { operation: 'INSERT', bulkhead: { maxConcurrent: 1, maxQueue: 1 } },
      { operation: 'DELETE', bulkhead: {} },
    );
    const [client, other, outside] = [await db.connect(), await db.connect(), await db.connectOutside()];
    await outside.query('BEGIN; LOCK TABLE item');
    const first = other.query('INSERT INTO item VALUES (1, 1)');
    const order: string[] = [];
    const made = ['INSERT INTO item VALUES (2, 2)', 'UPDATE item SET n = n + 1', 'DELETE FROM item', 'SELECT 1'];
    const answers = made.map((text) => client.query(text).then(() => order.push(text)));
    await settle();
    assert.deepEqual(order, []);
    await outside.query('COMMIT');
    await Promise.all([first, ...answers]);
    assert.deepEqual(order, made);
    assert.deepEqual(await numbers(client), []);
  });

  it('take a slot each when their turn has come, and none while they wait for each other', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1 } });
    const client = await db.connect();
    const answers = await Promise.all([1, 2, 3, 4].map((n) => client.query<{ n: number }>(`SELECT ${n} AS n`)));
    assert.deepEqual(
      answers.map(({ rows }) => rows[0]?.n),
      [1, 2, 3, 4],
    );
    await db.idle();
    assert.deepEqual(db.counts(), { success: 4 });
  });

  it('go on where one of them is refused', async () => {
    db.guard({ operation: 'SELECT', bulkhead: { maxConcurrent: 1 } });
    await using _ = await holding();
    const client = await db.connect();
    const made = ['INSERT INTO item VALUES (1, 1)', 'SELECT 1', 'INSERT INTO item VALUES (2, 2)'];
    const answers = made.map((text) => watch(client.query(text)));
    await client.query('INSERT INTO item VALUES (3, 3)');
    assert.deepEqual(outcomes(answers), ['answered', 'rejected', 'answered']);
  });

  describe('in a transaction', () => {
    it('are not held up where there is no room, nor is its end', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      const client = await db.connect();
      await client.query('BEGIN');
      await client.query('INSERT INTO item VALUES (1, 1)');
      {
        await using _ = await holding();
        await client.query('INSERT INTO item VALUES (2, 2)');
        await client.query('SAVEPOINT here');
        await client.query('DELETE FROM item');
        await client.query('ROLLBACK TO here');
        await client.query('COMMIT');
        await errorOf(client.query('SELECT 1'));
      }
      assert.deepEqual(await numbers(client), [1, 2]);
    });

    it('take a slot where one is free, so that no other transaction begins', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      const [client, other] = [await db.connect(), await db.connect()];
      await client.query('BEGIN');
      const lock = await db.lock(1);
      const held = client.query('SELECT pg_advisory_xact_lock(1)');
      await errorOf(other.query('BEGIN'));
      await lock[Symbol.asyncDispose]();
      await held;
      await client.query('COMMIT');
      assert.deepEqual(db.counts(), { success: 2, rejected: 1 });
    });

    it('do not wait for those who wait for its locks', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 10 } });
      const [client, other] = [await db.connect(), await db.connect()];
      await client.query('INSERT INTO item VALUES (1, 0)');
      await client.query('BEGIN');
      await client.query('UPDATE item SET n = n + 1');
      const waiting = other.query('UPDATE item SET n = n + 1');
      await settle();
      await client.query('UPDATE item SET n = n + 1');
      await client.query('COMMIT');
      await waiting;
      assert.deepEqual(await numbers(client), [3]);
    });

    it('are refused with their BEGIN, where all were made at once', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      const client = await db.connect();
      const begun = await holding();
      const made = ['BEGIN', 'INSERT INTO item VALUES (1, 1)', 'INSERT INTO item VALUES (2, 2)', 'COMMIT'];
      const answers = made.map((text) => watch(client.query(text)));
      await begun[Symbol.asyncDispose]();
      await settle();
      assert.deepEqual(outcomes(answers), ['rejected', 'rejected', 'rejected', 'rejected']);
      const codes = answers.map(({ error }) => ((error as Error).cause as { code?: string }).code);
      assert.deepEqual(new Set(codes), new Set(['BULKHEAD_REJECTED']));
      assert.deepEqual(await numbers(client), []);
    });

    it('are all sent, though its deadline has passed, and their callers hear of that', async () => {
      using _ = new Traced();
      db.guard({ bulkhead: {} });
      const client = await db.connect();
      await client.query('BEGIN');
      await withDeadline(0, async () => {
        const late = [1, 2].map((n) => errorOf(client.query(`INSERT INTO item VALUES (${n}, ${n})`)));
        const committed = client.query('COMMIT');
        for (const error of await Promise.all(late))
          assert.equal(((error as Error).cause as { code?: string }).code, 'DEADLINE_EXCEEDED');
        await committed;
        await errorOf(client.query('SELECT 1'));
      });
      assert.deepEqual(await numbers(client), [1, 2]);
    });

    it('are known for such after an error in it, and after its end no more', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      const client = await db.connect();
      await client.query('BEGIN');
      await errorOf(client.query('SELECT 1/0'));
      await using _ = await holding();
      const aborted = await errorOf(client.query('SELECT 1'));
      assert.equal((aborted as { code?: string }).code, '25P02');
      await client.query('ROLLBACK');
      const refused = await errorOf(client.query('SELECT 1'));
      assert.match((refused as Error).message, /^Query was not sent/);
    });

    it('end with it where it ends in the middle of several statements', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      const client = await db.connect();
      await client.query('BEGIN; INSERT INTO item VALUES (1, 1); COMMIT');
      await using _ = await holding();
      const refused = await errorOf(client.query('SELECT 1'));
      assert.match((refused as Error).message, /^Query was not sent/);
    });
  });

  it('run beside each other in a pipeline, each in a slot, and still in order', async () => {
    if (isOldest) return;
    db.guard({ bulkhead: { maxConcurrent: 2, maxQueue: 1 } });
    const client = await db.connect({ pipeline: true });
    const lock = await db.lock(1);
    const order: number[] = [];
    const held = client.query('SELECT pg_advisory_xact_lock(1)').then(() => order.push(0));
    const answers = [1, 2, 3].map((n) => client.query(`SELECT ${n}`).then(() => order.push(n)));
    await settle();
    assert.deepEqual(db.counts(), { inFlight: 2, queued: 1 });
    await lock[Symbol.asyncDispose]();
    await Promise.all([held, ...answers]);
    assert.deepEqual(order, [0, 1, 2, 3]);
    const made = ['BEGIN', 'INSERT INTO item VALUES (1, 1)', 'COMMIT'].map((text) => client.query(text));
    await Promise.all(made);
    assert.deepEqual(await numbers(client), [1]);
  });

  it('may have timeouts of the package beside ours', async () => {
    db.guard({ bulkhead: { maxConcurrent: 2 }, timeout: '10s' });
    await using _ = await db.lock(1);
    const client = await db.connect({ query_timeout: 30 });
    const slow = errorOf(client.query('SELECT pg_advisory_lock(1)'));
    const next = errorOf(client.query('SELECT 1'));
    for (const error of [await slow, await next]) {
      assert.equal((error as Error).message, 'Query read timeout');
      assert.equal((error as Error).cause, undefined);
    }
  });

  it('are all answered, in order, though the connection is lost while one waits', async () => {
    db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const held = await holding();
    const [client, outside] = [await db.connect(), await db.connectOutside()];
    const order: number[] = [];
    const answers = [1, 2, 3].map((n) => errorOf(client.query('SELECT 1')).then(() => order.push(n)));
    const ended = new Promise((resolve) => client.once('end', resolve));
    await outside.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_port = $1`, [
      portOf(client),
    ]);
    await ended;
    await held[Symbol.asyncDispose]();
    await Promise.all(answers);
    assert.deepEqual(order, [1, 2, 3]);
    await db.idle();
  });
});

function portOf(client: Client): number | undefined {
  const { connection } = client as unknown as { connection: { stream: { localPort?: number } } };
  return connection.stream.localPort;
}
