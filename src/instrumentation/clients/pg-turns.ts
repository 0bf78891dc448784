import type { PgReady } from './pg-client.ts';
import type { PgStatement } from './pg-statement.ts';

/** A query that waits for its turn on its connection. */
export interface PgTurn {
  readonly statement: PgStatement;
  /** Its turn has come. It tells `passed` when it is sent, and then `over`; or `refused`. */
  begin(isInTransaction: boolean): void;
  /** Ends it, for what it belongs to was refused. */
  refuse(error: Error): void;
}

/**
 * Keeps the queries of one connection in the order in which they were made, where some of them have to wait; and knows
 * whether a transaction is open. A turn is over when the query was answered, or sent, where the next may follow it at once.
 */
export class PgTurns {
  #line: PgTurn[] = [];
  #current: PgTurn | undefined;
  #isInTransaction = false;
  /** Queries that were sent and whose end the server has not told. */
  #unanswered = 0;
  #isAdvancing = false;

  /** Whether a query that comes now need not wait for others. */
  get isFree(): boolean {
    return this.#current === undefined && this.#line.length === 0;
  }

  get isInTransaction(): boolean {
    return this.#isInTransaction;
  }

  enter(turn: PgTurn): void {
    this.#line.push(turn);
    this.#advance();
  }

  /** A query is handed to the client. */
  passed({ turn }: PgStatement): void {
    this.#unanswered++;
    if (turn !== undefined) this.#isInTransaction = turn === 'begins';
  }

  /** The server awaits the next query. What it says is overtaken where others are on their way. */
  ready({ status }: PgReady): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    if (this.#unanswered === 0 && typeof status === 'string') this.#isInTransaction = status !== 'I';
  }

  /** The next may go. */
  over(turn: PgTurn): void {
    if (this.#current !== turn) return;
    this.#current = undefined;
    this.#advance();
  }

  /**
   * The query will not be sent. What waits behind a refused BEGIN was meant for its transaction: it is refused too, up to the
   * COMMIT or ROLLBACK, for outside of one each would be committed by itself.
   */
  refused(turn: PgTurn, error: Error): void {
    if (turn.statement.turn === 'begins' && this.#line.length > 0) {
      const end = this.#line.findIndex(({ statement }) => statement.turn === 'ends');
      for (const each of this.#line.splice(0, end < 0 ? this.#line.length : end + 1)) each.refuse(error);
    }
    this.over(turn);
  }

  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    try {
      while (this.#current === undefined && this.#line.length > 0) {
        this.#current = this.#line.shift()!;
        this.#current.begin(this.#isInTransaction);
      }
    } finally {
      this.#isAdvancing = false;
    }
  }
}
