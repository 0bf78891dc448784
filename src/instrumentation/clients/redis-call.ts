import type { Span } from '@opentelemetry/api';
import type { Exchange } from './call-guard.ts';
import type { CallOrder, Place } from './call-order.ts';
import { EarlyProgress } from './early-progress.ts';
import type { RedisPassage } from './redis-connections.ts';
import { asFailure, redisError, redisVerdict } from './redis-failure.ts';

/** One command, or one batch of them, on its way. */
export abstract class RedisCall implements Exchange {
  protected isSent = false;
  readonly #place: Place;
  readonly #progress = new EarlyProgress();
  readonly #Timeout: ErrorConstructor | undefined;

  /** @param Timeout - the error that the client itself ends a command with that takes too long, where it has one. */
  constructor(order: CallOrder, Timeout?: ErrorConstructor) {
    this.#place = order.join();
    this.#Timeout = Timeout;
  }

  /** Hands it to the client, and tells `ended` when that has an answer. */
  protected abstract transmit(): void;
  /** Tells the caller of an error of ours. */
  protected abstract answer(error: Error): void;

  begin(passage: Exclude<RedisPassage, undefined>, span?: Span): void {
    if (passage === 'in order') this.send();
    else this.#progress.begin(passage, this, { span });
  }

  send(): void {
    this.#place.ready(() => {
      this.isSent = true;
      this.transmit();
    });
  }

  fail(error: Error): void {
    this.#place.leave();
    this.answer(redisError(error, this.isSent, this.#Timeout));
  }

  /** What was sent cannot be taken back: its slot is held until the server has answered. */
  abort(): void {}

  /** @param error - of the command, or of the first in a batch that speaks against the server. */
  protected ended(error?: unknown): void {
    const verdict = redisVerdict(error);
    if (verdict === 'neither') this.#progress.cancelled(error);
    else this.#progress.ended(verdict === 'unwell' ? asFailure(error) : undefined);
  }

  /** The caller gave it up before it was sent. */
  protected withdrawn(reason: unknown): void {
    this.#place.leave();
    this.#progress.cancelled(reason);
  }
}
