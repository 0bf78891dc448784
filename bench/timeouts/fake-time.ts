import { EventQueue } from './event-queue.ts';

/**
 * Time that passes from event to event. While it runs it stands in for `setTimeout`, so that the timers of guards with its
 * clock fall due in it; nothing waits, and the same seed gives the same run.
 */
export class FakeTime {
  readonly #queue = new EventQueue();
  #now = 0;

  readonly clock = (): number => this.#now;

  at(atMillis: number, action: () => void): void {
    this.#queue.add(Math.max(this.#now, atMillis), action);
  }

  /** Goes through all events until a moment. Promises are given their turn after each, or just now and then. */
  async run(untilMillis: number, turns: 'each event' | 'now and then' = 'now and then'): Promise<void> {
    const between = turns === 'each event' ? 1 : 4096;
    const { setTimeout: real, clearTimeout: realClear } = globalThis;
    const setImmediate = globalThis.setImmediate;
    Object.assign(globalThis, {
      setTimeout: (callback: () => void, millis: number) => this.#set(callback, millis),
      clearTimeout: (timer: { cancelled: boolean } | undefined) => {
        if (timer) timer.cancelled = true;
      },
    });
    try {
      for (let events = 1; this.#queue.nextMillis <= untilMillis; events++) {
        this.#now = this.#queue.nextMillis;
        this.#queue.take()();
        if (events % between === 0) await new Promise((resolve) => void setImmediate(resolve));
      }
      this.#now = untilMillis;
    } finally {
      Object.assign(globalThis, { setTimeout: real, clearTimeout: realClear });
    }
  }

  #set(callback: () => void, millis: number): { cancelled: boolean } {
    const timer = { cancelled: false };
    this.at(this.#now + millis, () => {
      if (!timer.cancelled) callback();
    });
    return timer;
  }
}
