/** What is used of a client of `pg`; all of it has been there since 8.0. */
export interface PgClient {
  readonly constructor: { readonly Query?: new (config: unknown, values?: unknown, callback?: PgCallback) => PgQuery };
  readonly connection: {
    prependListener(event: 'readyForQuery', listener: (message: PgReady) => void): unknown;
  };
  readonly connectionParameters?: {
    readonly host?: string;
    readonly port?: number | string;
    readonly database?: string;
    readonly query_timeout?: number | false;
  };
  /** Whether queries are sent before those in front of them are answered. Since 8.22. */
  readonly pipeline?: boolean;
  /** What promises are made with, where it is not the global one. */
  readonly _Promise?: PromiseConstructor;
  /** Of clients that a pool has lent. */
  release?: ((error?: unknown) => void) | undefined;
  query: PgClientQuery;
}

export type PgClientQuery = (this: PgClient, config: unknown, values?: unknown, callback?: unknown) => unknown;
export type PgCallback = (error: unknown, result?: unknown) => void;

/** What is sent: `Query` of the package, and what looks like it, such as cursors, query streams and COPY streams. */
export interface PgQuery {
  callback?: PgCallback | undefined;
  query_timeout?: unknown;
  submit(connection: unknown): unknown;
  handleError(error: unknown, connection: unknown): void;
  handleReadyForQuery(connection: unknown): void;
  /** Of a query stream, which is made of one. */
  readonly cursor?: { readonly text?: unknown };
}

/** A query as it may be given: everything but a text. */
export interface PgQueryConfig {
  readonly text?: unknown;
  /** What a query stream keeps it in. */
  readonly cursor?: { readonly text?: unknown };
  readonly query_timeout?: unknown;
  /** The package writes into what it is given. */
  callback?: unknown;
}

/** The server awaits the next query: of a client that is idle, in a transaction, or in a failed one. */
export interface PgReady {
  readonly status?: string;
}
