import { setTimeout as sleep } from 'node:timers/promises';
import { arrivalGapMillis } from './random.ts';
import type { Answer } from './storefront.ts';
import { type Tally, TallyBook } from './tally.ts';

/** Longer than the storefront waits for anybody, so that its answer always comes first. */
const giveUpMillis = 10_000;

export interface LoadOptions {
  readonly rate: number;
  readonly requests: number;
  readonly random: () => number;
}

/** The customers: requests that arrive independently of each other, and do not wait for those before. */
export class Load {
  readonly #book = new TallyBook();
  readonly #options: LoadOptions;
  readonly #inFlight = new Set<Promise<void>>();
  #sent = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  get sent(): number {
    return this.#sent;
  }

  tally(): Tally {
    return this.#book.tally();
  }

  /** Sends until the number is reached or the signal aborts; resolves when every request has its answer. */
  async run(shop: string, signal: AbortSignal): Promise<void> {
    const { random, rate, requests } = this.#options;
    let next = performance.now();
    while (this.#sent < requests) {
      next += arrivalGapMillis(random, rate);
      // The only rejection of this wait is the abort.
      await sleep(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      this.#sent += 1;
      const request = this.#send(shop);
      this.#inFlight.add(request);
      void request.then(() => this.#inFlight.delete(request));
    }
    await Promise.all(this.#inFlight);
  }

  #send(shop: string): Promise<void> {
    const { random } = this.#options;
    const sku = ['tea', 'cup', 'pot', 'tea', 'cup'][Math.floor(random() * 5)] ?? 'tea';
    // One visitor in fifty asks for what the shop never had.
    const wanted = random() < 0.02 ? 'unicorn' : sku;
    return random() < 0.5
      ? this.#request('GET /products/:sku', `${shop}/products/${wanted}`)
      : this.#request('POST /orders', `${shop}/orders`, { sku: wanted });
  }

  async #request(operation: string, url: string, body?: object): Promise<void> {
    try {
      const response = await fetch(url, {
        signal: AbortSignal.timeout(giveUpMillis),
        ...(body && {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      const answer = (await response.json()) as Partial<Answer>;
      this.#book.add('storefront', operation, response.status);
      for (const call of answer.calls ?? []) this.#book.add(call.service, call.operation, call.status);
    } catch {
      this.#book.add('storefront', operation, 0);
    }
  }
}
