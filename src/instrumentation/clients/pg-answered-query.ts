import { PgCall, type PgCallParts } from './pg-call.ts';
import type { PgCallback, PgClient, PgQuery, PgQueryConfig } from './pg-client.ts';

/** A query with one answer, which its caller gets by a callback or a promise. */
export class PgAnsweredQuery extends PgCall {
  /** What the caller is given at once. */
  readonly result: Promise<unknown> | undefined;
  protected readonly overlaps: boolean;
  readonly #config: string | PgQueryConfig;
  readonly #values: unknown;
  readonly #callback: PgCallback | undefined;
  /** What `#config` said when the query was made, for it may have been changed when its turn comes. */
  #kept: PgQuery | undefined;
  #resolve: ((value: unknown) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #isAnswered = false;

  /** @param callback - none where the caller wants a promise. */
  constructor(parts: PgCallParts, config: string | PgQueryConfig, values: unknown, callback: PgCallback | undefined) {
    super(parts);
    this.#config = config;
    this.#values = values;
    this.#callback = callback;
    this.overlaps = isAnsweredOutOfTurn(parts.client, config);
    if (callback !== undefined) return;
    const { _Promise: PromiseOfClient = Promise } = parts.client;
    this.result = new PromiseOfClient((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Its turn is still to come, and its caller may change what it gave. */
  keep(): void {
    const { Query } = this.parts.client.constructor;
    if (this.isSent || typeof this.#config === 'string' || typeof Query !== 'function') return;
    const kept = this.#lent(() => new Query(this.#config, this.#values, this.#callback && this.#done));
    kept.callback = this.#done;
    kept.query_timeout = this.#config.query_timeout;
    this.#kept = kept;
  }

  protected transmit(): void {
    const { client, send } = this.parts;
    try {
      if (this.#kept !== undefined) send.call(client, this.#kept);
      else if (this.#callback === undefined) this.#follow(send.call(client, this.#config, this.#values));
      else this.#lent(() => send.call(client, this.#config, this.#values, this.#done));
    } catch (error) {
      this.#done(error);
    }
  }

  protected answer(error: Error): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    if (this.#callback === undefined) this.#reject?.(error);
    else if (this.isSent) this.#callback(error);
    else keepingClient(this.parts.client, error, this.#callback);
  }

  #follow(answer: unknown): void {
    const told = (answer as Promise<unknown>).then(
      (result: unknown) => {
        this.ended(undefined);
        return result;
      },
      (error: unknown) => {
        this.ended(error);
        throw error;
      },
    );
    // These very functions let the engine find the frames of whoever awaits, for the stack of an error.
    void told.then(this.#resolve, this.#reject);
  }

  readonly #done: PgCallback = (error, result) => {
    this.ended(error);
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    if (this.#callback !== undefined) this.#callback(error, result);
    else if (error) this.#reject?.(error);
    else this.#resolve?.(result);
  };

  /** The package writes the callback it is given into the caller's object, where it finds it the next time. */
  #lent<T>(use: () => T): T {
    const config = this.#config;
    if (typeof config === 'string' || this.#callback === undefined) return use();
    try {
      return use();
    } finally {
      config.callback = this.#callback;
    }
  }
}

/** Whether the package itself answers some queries of the client before those in front of them have ended. */
function isAnsweredOutOfTurn(client: PgClient, config: string | PgQueryConfig): boolean {
  const own = typeof config === 'string' ? undefined : config.query_timeout;
  return client.pipeline === true || Boolean(own) || Boolean(client.connectionParameters?.query_timeout);
}

/** Calls back with an error that says nothing against the connection: `pool.query` would close it otherwise. */
function keepingClient(client: PgClient, error: Error, callback: PgCallback): void {
  const { release } = client;
  if (typeof release !== 'function') {
    callback(error);
    return;
  }
  const keeping = (reason?: unknown): void => release(reason === error ? undefined : reason);
  client.release = keeping;
  try {
    callback(error);
  } finally {
    if (client.release === keeping) client.release = release;
  }
}
