import { PgCall, type PgCallParts } from './pg-call.ts';
import type { PgQuery } from './pg-client.ts';

/**
 * A query that takes its answer itself, such as a cursor, a query stream, a COPY stream or a `Query` with its events. It
 * holds its slot until its end, however slowly it is read, and is not timed. The next query may be handed to the client
 * behind it.
 */
export class PgSubmittedQuery extends PgCall {
  protected readonly overlaps = true;
  readonly #query: PgQuery;
  readonly #rest: readonly [unknown, unknown];

  constructor(parts: PgCallParts, query: PgQuery, rest: readonly [unknown, unknown]) {
    super(parts);
    this.#query = query;
    this.#rest = rest;
  }

  protected transmit(): void {
    const query = this.#query;
    if ((query as { destroyed?: unknown }).destroyed === true) {
      // Nobody would read it, and its connection would wait for that.
      this.dropped();
      return;
    }
    const { client, send } = this.parts;
    try {
      this.#tellEnd();
      send.call(client, query, ...this.#rest);
    } catch (error) {
      this.ended(error);
      this.answer(error as Error);
    }
    this.progress.answered();
  }

  /** As the package does it where a client is closed. */
  protected answer(error: Error): void {
    const query = this.#query;
    giveConnection(query.cursor ?? query);
    process.nextTick(() => query.handleError(error, this.parts.client.connection));
  }

  #tellEnd(): void {
    const query = this.#query;
    const handleReadyForQuery = query.handleReadyForQuery.bind(query);
    const handleError = query.handleError.bind(query);
    query.handleReadyForQuery = (connection) => {
      this.ended(undefined);
      handleReadyForQuery(connection);
    };
    query.handleError = (error, connection) => {
      this.ended(error);
      handleError(error, connection);
    };
  }
}

/** Cursors of before 2.5 cannot be told of an error, nor be closed, while they have no connection. */
function giveConnection(cursor: object): void {
  const lacking = cursor as { connection?: unknown };
  if (lacking.connection === null && '_portal' in cursor) lacking.connection = NOBODY;
}

const nothing = (): void => {};
/** A connection that is ready at once, and on which nothing happens. */
const NOBODY = {
  removeListener: nothing,
  once: (_event: string, listener: () => void): void => process.nextTick(listener),
  close: nothing,
  sync: nothing,
  end: nothing,
};
