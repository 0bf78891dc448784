import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import type { GuardRules } from '../../src/instrumentation/clients/guard-rules.ts';
import { guardHttp } from '../../src/instrumentation/clients/http.ts';
import { guardUndici } from '../../src/instrumentation/clients/undici.ts';
import { errorOf } from '../support/held-work.ts';
import { HeldServer } from './held-server.ts';

/** What a compartment has counted, where that is not 0. */
export type Counts = Partial<
  Record<'inFlight' | 'queued' | 'success' | 'failure' | 'timeout' | 'cancelled' | 'rejected', number>
>;

type Client = 'fetch' | 'http';

const GUARDED: Record<Client, (rules: GuardRules) => Disposable> = { fetch: guardUndici, http: guardHttp };

/** A server, and guards around the calls of one client to it. */
export class GuardedHttp implements AsyncDisposable {
  readonly server: HeldServer;
  readonly guards: ConfiguredGuards = new ConfiguredGuards();
  readonly #client: Client;
  readonly #guarding: Disposable;

  private constructor(server: HeldServer, client: Client) {
    this.server = server;
    this.#client = client;
    this.#guarding = GUARDED[client](this.guards.rules);
  }

  static async start(client: Client, options?: { secure?: boolean }): Promise<GuardedHttp> {
    return new GuardedHttp(await HeldServer.start(options), client);
  }

  url(path: string): string {
    return `${this.server.origin}${path}`;
  }

  /** Guards calls to the server so, by default every one. */
  guard({ operation, ...rule }: Omit<GuardRule, 'match'> & { operation?: string }): void {
    const { peer } = this.server;
    const match = { service: peer, client: this.#client, ...(operation !== undefined && { operation }) };
    this.guards.apply([{ match, name: 'server', ...rule }]);
  }

  get counts(): Counts {
    const { inFlight, queued, calls } = this.guards.bulkheads.get('server').snapshot();
    const { success, failure, timeout, cancelled } = calls;
    const rejected = Object.values(calls.rejected).reduce((sum, count) => sum + count, 0);
    const counts = { inFlight, queued, success, failure, timeout, cancelled, rejected };
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }

  /** What was counted, when no slot is taken any more. Nobody is let in after that. */
  async idle(): Promise<Counts> {
    const tooLong = new AbortController();
    const late = delay(5_000, undefined, { ref: false, signal: tooLong.signal }).then(() => {
      throw new Error(`still ${JSON.stringify(this.counts)}`);
    });
    late.catch(() => undefined);
    await Promise.race([this.guards.bulkheads.get('server').shutdown(), late]);
    tooLong.abort();
    return this.counts;
  }

  /** Lets so much time pass as a call takes that is cut. */
  async cutOne(call: (path: string) => Promise<unknown>): Promise<void> {
    const error = await errorOf(call('/hang'));
    assert.equal(this.counts.timeout, 1, String(error));
  }

  /** Takes the hooks out. */
  async stopGuarding(): Promise<void> {
    this.#guarding[Symbol.dispose]();
    await this.guards.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopGuarding();
    await this.server[Symbol.asyncDispose]();
  }
}
