import { type Context, context, type Span } from '@opentelemetry/api';
import type { CallGuard, Exchange } from './call-guard.ts';
import { EarlyProgress } from './early-progress.ts';
import type { PgClient, PgClientQuery } from './pg-client.ts';
import { pgError, pgVerdict } from './pg-failure.ts';
import { insideTransaction } from './pg-guards.ts';
import type { PgStatement } from './pg-statement.ts';
import type { PgTurn, PgTurns } from './pg-turns.ts';

/** What every query is made of, in whichever form it was given. */
export interface PgCallParts {
  readonly client: PgClient;
  /** The method that ours stands in the place of. */
  readonly send: PgClientQuery;
  readonly statement: PgStatement;
  readonly turns: PgTurns;
  /** `undefined`: it only keeps its place. */
  readonly guard: CallGuard | undefined;
  readonly span: Span | undefined;
}

/** One query, from its turn on its connection to its end. */
export abstract class PgCall implements PgTurn, Exchange {
  readonly statement: PgStatement;
  protected readonly parts: PgCallParts;
  protected readonly progress: EarlyProgress = new EarlyProgress();
  protected isSent = false;
  readonly #around: Context = context.active();
  #guard: CallGuard | undefined;
  /** Whether it is sent whatever its guard says. */
  #isBound = false;
  #isGivenUp = false;

  constructor(parts: PgCallParts) {
    this.parts = parts;
    this.statement = parts.statement;
    this.#guard = parts.guard;
  }

  /** Whether the next query may be sent before this one is answered. */
  protected abstract readonly overlaps: boolean;
  /** Hands the query to the client. */
  protected abstract transmit(): void;
  /** Tells the caller of an error of ours. */
  protected abstract answer(error: Error): void;

  begin(isInTransaction: boolean): void {
    context.with(this.#around, () => this.#begin(isInTransaction));
  }

  send(): void {
    if (this.isSent) return;
    this.isSent = true;
    const { statement, turns } = this.parts;
    turns.passed(statement);
    this.transmit();
    if (this.overlaps) turns.over(this);
  }

  fail(error: Error): void {
    const wasSent = this.isSent;
    // Left out, a statement would tear a hole into its transaction, and whatever was made to follow it would be committed.
    if (this.#isBound) this.send();
    this.#isGivenUp = true;
    this.answer(pgError(error, wasSent));
    if (!this.isSent) this.parts.turns.refused(this, error);
  }

  /** The query runs on at the server, as after a timeout of the package itself, and keeps its slot and its connection. */
  abort(): void {}

  refuse(error: Error): void {
    context.with(this.#around, () => this.answer(pgError(error, false)));
  }

  /** The server has answered, or never will. */
  protected ended(error: unknown): void {
    const verdict = pgVerdict(error, this.#isGivenUp);
    if (verdict === 'neither') this.progress.cancelled(error);
    else this.progress.ended(verdict === 'unwell' ? error : undefined);
    this.parts.turns.over(this);
  }

  /** Nobody wants it any more, and it was not sent. */
  protected dropped(): void {
    this.progress.cancelled();
    this.parts.turns.over(this);
  }

  #begin(isInTransaction: boolean): void {
    if (this.#guard === undefined) {
      this.send();
      return;
    }
    this.#isBound = isInTransaction;
    if (isInTransaction) this.#guard = insideTransaction(this.#guard);
    this.progress.begin(this.#guard, this, { span: this.parts.span });
  }
}
