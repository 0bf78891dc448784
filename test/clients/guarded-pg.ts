import type * as pg from 'pg';
import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardPg } from '../../src/instrumentation/clients/pg.ts';
import { load } from './copies.ts';
import type { PgServer } from './pg-server.ts';

const copy = load('pg') as typeof pg;
export const Query: typeof pg.Query = copy.Query;

const ended = new WeakSet<pg.Client>();

/** The oldest would wait for ever for a connection to end that has. */
async function end(client: pg.Client): Promise<void> {
  if (!ended.has(client)) await client.end();
}

/** What a compartment counts, all of it from 0 on. */
export type Counts = Partial<
  Record<'inFlight' | 'queued' | 'success' | 'failure' | 'timeout' | 'cancelled' | 'rejected', number>
>;

/** A PostgreSQL, clients of it that are guarded, and one that is not. */
export class GuardedPg implements AsyncDisposable {
  readonly server: PgServer;
  readonly guards: ConfiguredGuards;
  readonly guarding: Disposable;
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(server: PgServer) {
    this.server = server;
    this.guards = new ConfiguredGuards();
    this.guarding = guardPg(this.guards.rules);
  }

  static async start(server: PgServer): Promise<GuardedPg> {
    const guarded = new GuardedPg(server);
    const outside = await guarded.connectOutside();
    await outside.query(
      'DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE item (id int PRIMARY KEY, n int)',
    );
    return guarded;
  }

  get options(): pg.ClientConfig {
    return { host: '127.0.0.1', port: this.server.port, user: 'shop', database: 'shop' };
  }

  /** What guards are named after. */
  get peer(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  /** A client that is not guarded, for it is connected through the socket. */
  connectOutside(): Promise<pg.Client> {
    return this.connect({ host: this.server.folder });
  }

  /** Takes an advisory lock, for which others wait until it is disposed of. */
  async lock(id: number): Promise<AsyncDisposable> {
    const client = await this.connectOutside();
    await client.query(`SELECT pg_advisory_lock(${id})`);
    return { [Symbol.asyncDispose]: () => end(client) };
  }

  /** A client that is connected, and guarded. */
  async connect(options: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new copy.Client({ ...this.options, ...options });
    // Tests kill connections.
    client.on('error', () => undefined);
    client.once('end', () => ended.add(client));
    await client.connect();
    this.#ends.push(() => end(client));
    return client;
  }

  pool(options: pg.PoolConfig = {}): pg.Pool {
    const pool = new copy.Pool({ ...this.options, ...options });
    pool.on('error', () => undefined);
    this.#ends.push(() => pool.end());
    return pool;
  }

  /** Guards queries so. */
  guard(...rules: (Omit<GuardRule, 'match'> & { operation?: string })[]): void {
    this.guards.apply(
      rules.map(({ operation, ...rule }) => ({
        match: { service: this.peer, ...(operation !== undefined && { operation }) },
        ...rule,
      })),
    );
  }

  /** Installs the same rules once more. */
  guardAgain(): Disposable {
    return guardPg(this.guards.rules);
  }

  /** What a compartment has counted so far, where that is not 0. */
  counts(name: string = this.peer): Counts {
    const { inFlight, queued, calls } = this.guards.bulkheads.get(name).snapshot();
    const { success, failure, timeout, cancelled } = calls;
    const rejected = Object.values(calls.rejected).reduce((sum, count) => sum + count, 0);
    const counts = { inFlight, queued, success, failure, timeout, cancelled, rejected };
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }

  /** Resolves when no slot is taken; nobody is let in any more. */
  async idle(): Promise<void> {
    await this.guards.bulkheads.get(this.peer).shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#ends.map((each) => each()));
    this.guarding[Symbol.dispose]();
    await this.guards.shutdown();
  }
}
