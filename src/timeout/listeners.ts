import type { TimeoutEvent, TimeoutListener } from './events.ts';

/** Those who hear of events. What they throw, now or later, is counted and goes no further. */
export class Listeners {
  readonly #listeners = new Set<TimeoutListener>();
  failed = 0;

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: TimeoutListener): Disposable {
    const own = (event: TimeoutEvent): unknown => listener(event);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  tell(event: TimeoutEvent): void {
    for (const listener of this.#listeners) {
      try {
        const result: unknown = listener(event);
        if (result instanceof Promise) result.catch(() => void this.failed++);
      } catch {
        this.failed++;
      }
    }
  }
}
