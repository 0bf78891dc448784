/** Those who want to hear of something. What one of them throws, now or later, is counted and reaches nobody else. */
export class Listeners<E> {
  readonly #listeners = new Set<(event: E) => void>();
  readonly #onThrow: () => void;

  constructor(onThrow: () => void) {
    this.#onThrow = onThrow;
  }

  /** Whether nobody listens, so that there is no use in making an event. */
  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** The same function may listen more than once. @throws TypeError where it is no function. */
  add(listener: (event: E) => void): Disposable {
    if (typeof listener !== 'function') throw new TypeError(`listener: expected a function, got ${typeof listener}`);
    const own = (event: E): void => listener(event);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  tell(event: E): void {
    for (const listener of this.#listeners) {
      try {
        const result: unknown = listener(event);
        if (result instanceof Promise) result.catch(this.#onThrow);
      } catch {
        this.#onThrow();
      }
    }
  }
}
