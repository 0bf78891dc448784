import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardRedis } from '../../src/instrumentation/clients/redis.ts';
import type { ConnectOptions, PACKAGES, RedisClient } from './redis-clients.ts';
import type { RedisServer } from './redis-server.ts';

/** What a compartment counts. */
type Counts = Partial<
  Record<'inFlight' | 'queued' | 'success' | 'failure' | 'timeout' | 'cancelled' | 'rejected', number>
>;

/** A Redis, clients of it that are guarded, and the means to hold up what they write. */
export class GuardedRedis implements AsyncDisposable {
  readonly server: RedisServer;
  readonly guards: ConfiguredGuards;
  readonly guarding: Disposable;
  readonly #package: (typeof PACKAGES)[number];
  readonly #disposables: AsyncDisposable[] = [];

  constructor(server: RedisServer, client: (typeof PACKAGES)[number]) {
    this.server = server;
    this.#package = client;
    this.guards = new ConfiguredGuards();
    this.guarding = guardRedis(this.guards.rules);
    server.cli('client', 'unpause');
    server.cli('flushall');
  }

  /** What guards are named after. */
  get peer(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  async connect(options?: ConnectOptions): Promise<RedisClient> {
    return this.use(await this.#package.connect(this.server.port, options));
  }

  /** Disposes of something at the end of the test. */
  use<T extends AsyncDisposable>(disposable: T): T {
    this.#disposables.push(disposable);
    return disposable;
  }

  /** Guards commands so. */
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
    return guardRedis(this.guards.rules);
  }

  /** Lets the server answer nothing that writes, until disposed. */
  pauseWrites(): Disposable {
    this.server.cli('client', 'pause', '100000', 'write');
    return { [Symbol.dispose]: () => void this.server.cli('client', 'unpause') };
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
    await Promise.all(this.#disposables.map((each) => each[Symbol.asyncDispose]()));
    this.guarding[Symbol.dispose]();
    await this.guards.shutdown();
  }
}
