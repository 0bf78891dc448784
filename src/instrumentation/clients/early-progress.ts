import type { CallGuard, Exchange, ExchangeOptions, Progress } from './call-guard.ts';

/**
 * Passes on what a client tells of its call, which it may do before `begin` has given it somebody to tell. Who gives a call
 * up by what it was answered gives up one that has failed.
 */
export class EarlyProgress implements Progress {
  #progress: Progress | undefined;
  #failure: unknown;
  readonly #early: ((progress: Progress) => void)[] = [];

  begin(guard: CallGuard, exchange: Exchange, options?: ExchangeOptions): void {
    const progress = guard.begin(exchange, options);
    this.#progress = progress;
    for (const tell of this.#early) tell(progress);
  }

  answered(failure?: unknown): void {
    this.#failure = failure;
    if (this.#progress) this.#progress.answered(failure);
    else this.#early.push((progress) => progress.answered(failure));
  }

  ended(error?: unknown): void {
    if (this.#progress) this.#progress.ended(error);
    else this.#early.push((progress) => progress.ended(error));
  }

  cancelled(reason?: unknown): void {
    if (this.#failure !== undefined) this.ended(this.#failure);
    else if (this.#progress) this.#progress.cancelled(reason);
    else this.#early.push((progress) => progress.cancelled(reason));
  }
}
