// Taken before any test stops the clock.
const soon = setImmediate;

/** Work that ends when the test says so. */
export class HeldWork {
  /** How often it was called. */
  starts = 0;
  signal: AbortSignal | undefined;
  #finish: (value: string) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  readonly #end = new Promise<string>((resolve, reject) => {
    this.#finish = resolve;
    this.#fail = reject;
  });

  readonly run = (context: { readonly signal: AbortSignal }): Promise<string> => {
    this.starts++;
    this.signal = context.signal;
    return this.#end;
  };

  finish(value = 'done'): void {
    this.#finish(value);
  }

  fail(error: unknown = new Error('failed')): void {
    void watch(this.#end);
    this.#fail(error);
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => {
    soon(resolve);
  });
}

/** How a promise stands. */
export interface Watched {
  /** Its value, `'pending'` or `'rejected'`. */
  outcome: unknown;
  error: unknown;
}

/** Watches a promise, whose rejection is then no longer unhandled. */
export function watch(promise: Promise<unknown>): Watched {
  const seen: Watched = { outcome: 'pending', error: undefined };
  const follow = async (): Promise<void> => {
    try {
      seen.outcome = await promise;
    } catch (error) {
      seen.outcome = 'rejected';
      seen.error = error;
    }
  };
  void follow();
  return seen;
}

/** The error of a promise that has to reject. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}
