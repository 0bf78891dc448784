import type { FakeTime } from './fake-time.ts';
import { normal, type Random } from './random.ts';

/**
 * A server with so many workers and a queue, that slows down under load and does not notice when nobody waits for an
 * answer any more: what is cut is worked on all the same.
 */
export class WorkerPool {
  readonly #time: FakeTime;
  readonly #random: Random;
  readonly #workers: number;
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  /** How many times as long everything takes. */
  slowness = 1;

  constructor(time: FakeTime, random: Random, workers: number) {
    this.#time = time;
    this.#random = random;
    this.#workers = workers;
  }

  /** Answers once the work is done. Refuses when the queue is full. */
  call(done: (served: boolean) => void): void {
    if (this.#queue.length >= 5_000) this.#time.at(this.#time.clock() + 1, () => done(false));
    else
      this.#queue.push(() => {
        this.#busy++;
        // A thousand that wait make everything take twice as long: memory, locks, connections.
        const load = 1 + Math.min(1, this.#queue.length / 1_000);
        const millis = 20 * Math.exp(0.6 * normal(this.#random)) * this.slowness * load;
        this.#time.at(this.#time.clock() + millis, () => {
          this.#busy--;
          done(true);
          this.#next();
        });
      });
    this.#next();
  }

  #next(): void {
    if (this.#busy < this.#workers) this.#queue.shift()?.();
  }
}
