import assert from 'node:assert/strict';
import type { Client, Pool } from 'pg';
import { settle } from '../support/held-work.ts';
import { GuardedPg } from './guarded-pg.ts';
import { PgServer } from './pg-server.ts';

/** Numbers that are the same each time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe('guarded queries of pg, whatever callers and the server do', () => {
  let server: PgServer;
  let db: GuardedPg;

  before(async () => (server = await PgServer.start()));
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => (db = await GuardedPg.start(server)));
  afterEach(() => db[Symbol.asyncDispose]());

  it('end once each, in their order, leave transactions whole and no slot taken', async () => {
    db.guard({
      bulkhead: { maxConcurrent: 3, maxQueue: 4, queueTimeout: '20ms', isolationThreshold: 1e6 },
      timeout: '25ms',
    });
    const random = numbers(7);
    const chance = (share: number): boolean => random.next().value! < share;
    const outside = await db.connectOutside();
    await outside.query('INSERT INTO item SELECT n, 0 FROM generate_series(1, 5) n');
    const pool: Pool = db.pool({ max: 6, connectionTimeoutMillis: 10_000 });
    pool.on('connect', (client) => client.on('error', () => undefined));
    const ends = new Map<string, number>();

    const transfer = async (client: Client, id: number): Promise<void> => {
      const [from, to] = [1 + (id % 5), 1 + ((id + 2) % 5)];
      const texts = [
        'BEGIN',
        `UPDATE item SET n = n - 1 WHERE id = ${Math.min(from, to)}`,
        ...(chance(0.2) ? ['SELECT pg_sleep(0.03)'] : []),
        ...(chance(0.1) ? ['SELECT 1/0'] : []),
        `UPDATE item SET n = n + 1 WHERE id = ${Math.max(from, to)}`,
        chance(0.8) ? 'COMMIT' : 'ROLLBACK',
      ];
      const order: number[] = [];
      const made = texts.map((text, index) => {
        const note = (): void => {
          ends.set(`${id} ${index}`, (ends.get(`${id} ${index}`) ?? 0) + 1);
          order.push(index);
        };
        return client.query(text).then(note, note);
      });
      await Promise.all(made);
      await client.query('ROLLBACK').catch(() => undefined);
    };
    const work = async (id: number): Promise<void> => {
      if (chance(0.3)) {
        await pool.query(chance(0.3) ? 'SELECT pg_sleep(0.04)' : 'SELECT 1').catch(() => undefined);
        return;
      }
      const client = await pool.connect().catch(() => undefined);
      if (client === undefined) return;
      await transfer(client, id);
      client.release();
    };
    const kill = async (): Promise<void> => {
      for (let round = 0; round < 10; round++) {
        await outside.query(
          `SELECT pg_sleep(0.03), pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = 'shop' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1`,
        );
      }
    };
    const killing = kill();
    for (let batch = 0; batch < 15; batch++)
      await Promise.all(Array.from({ length: 8 }, (_each, index) => work(batch * 8 + index)));
    await killing;
    await pool.end();
    await db.idle();
    await settle();
    assert.deepEqual(
      [...ends].filter(([, count]) => count !== 1),
      [],
    );
    const { rows } = await outside.query<{ sum: string }>('SELECT sum(n) FROM item');
    assert.equal(rows[0]?.sum, '0');
    const { inFlight, queued, success, timeout, rejected } = db.counts();
    assert.deepEqual([inFlight, queued], [undefined, undefined]);
    // Else it would have shown little.
    for (const count of [success, timeout, rejected]) assert.ok(count! > 5, JSON.stringify(db.counts()));
  });
});
