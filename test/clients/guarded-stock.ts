import { setTimeout as delay } from 'node:timers/promises';
import type {
  CallOptions,
  ClientOptions,
  ClientUnaryCall,
  Metadata,
  requestCallback,
  ServiceError,
} from '@grpc/grpc-js';
import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardGrpc } from '../../src/instrumentation/clients/grpc.ts';
import { type Clock, monotonicClock } from '../../src/time/clock.ts';
import { load } from './copies.ts';
import { type Grpc, type Level, loadedClient, type StockClient, StockServer } from './grpc-stock.ts';

/** The package under test. */
export const grpc: Grpc = load('@grpc/grpc-js') as Grpc;

const IDLE = { inFlight: 0, queued: 0, success: 0, failure: 0, timeout: 0, cancelled: 0, rejected: 0 };

/** A guarded client, the server that it calls, and the compartment in between. */
export class GuardedStock implements AsyncDisposable {
  readonly server: StockServer;
  readonly guards: ConfiguredGuards;
  readonly guarding: Disposable;
  readonly #clients: StockClient[] = [];
  #client: StockClient | undefined;

  private constructor(server: StockServer, clock: Clock) {
    this.server = server;
    this.guards = new ConfiguredGuards({ clock });
    this.guarding = guardGrpc(this.guards.rules);
  }

  static async start(clock: Clock = monotonicClock): Promise<GuardedStock> {
    return new GuardedStock(await StockServer.start(), clock);
  }

  /** The client of most calls. */
  get client(): StockClient {
    return (this.#client ??= this.connect());
  }

  /** Another one. */
  connect(options?: ClientOptions, Client: ReturnType<typeof loadedClient> = loadedClient(grpc)): StockClient {
    const client = new Client(this.server.address, grpc.credentials.createInsecure(), options);
    this.#clients.push(client);
    return client;
  }

  /** Guards every call so. */
  guard(rule: Omit<GuardRule, 'match'>): void {
    this.guards.apply([{ match: { service: 'shop.Stock' }, ...rule }]);
  }

  /** Installs the same rules once more. */
  guardAgain(): Disposable {
    return guardGrpc(this.guards.rules);
  }

  /** Calls, and resolves with the answer. */
  get(options: CallOptions = {}, client: StockClient = this.client, metadata?: Metadata): MadeCall {
    return new MadeCall(client, metadata ?? new grpc.Metadata(), options);
  }

  /** What the compartment has counted so far, where that is not 0. */
  get counts(): Partial<typeof IDLE> {
    const { inFlight, queued, calls } = this.guards.bulkheads.get(this.server.address).snapshot();
    const { success, failure, timeout, cancelled } = calls;
    const rejected = Object.values(calls.rejected).reduce((sum, count) => sum + count, 0);
    const counts = { inFlight, queued, success, failure, timeout, cancelled, rejected };
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }

  /** Resolves when no slot of the compartment is taken, and rejects where that takes too long. Nobody is let in any more. */
  async idle(): Promise<void> {
    const tooLong = new AbortController();
    const late = delay(5_000, undefined, { ref: false, signal: tooLong.signal }).then(() => {
      throw new Error(`still ${JSON.stringify(this.counts)}`);
    });
    late.catch(() => undefined);
    await Promise.race([this.guards.bulkheads.get(this.server.address).shutdown(), late]);
    tooLong.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    this.server.stop();
    this.guarding[Symbol.dispose]();
    await this.guards.shutdown();
  }
}

/** A call with one answer. */
export class MadeCall {
  readonly call: ClientUnaryCall;
  /** The answer; rejects with the error that the call-back gets. */
  readonly answer: Promise<Level>;
  readonly error: Promise<ServiceError>;
  /** When it has been answered, either way. */
  readonly settled: Promise<void>;

  constructor(client: StockClient, metadata: Metadata, options: CallOptions) {
    let callback: requestCallback<Level> = () => {};
    this.answer = new Promise((resolve, reject) => {
      callback = (error, level) => (error ? reject(error) : resolve(level!));
    });
    this.call = client.get({ id: 'book' }, metadata, options, (...answer) => callback(...answer));
    this.error = this.answer.then(
      () => Promise.reject(new Error('the call did not fail')),
      (error: ServiceError) => error,
    );
    this.error.catch(() => undefined);
    this.settled = this.answer.then(
      () => undefined,
      () => undefined,
    );
  }
}
