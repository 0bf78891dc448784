import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { AdaptiveTimeout, type TimeoutOptions } from '../../src/timeout/index.ts';

/** A timeout whose time passes by hand. */
export interface Guarded {
  readonly time: SinonFakeTimers;
  readonly timeouts: AdaptiveTimeout;
}

export function guarded(options: TimeoutOptions = {}): Guarded {
  const time = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  return { time, timeouts: new AdaptiveTimeout({ clock: () => time.Date.now(), ...options }) };
}

/** Work that takes so long. */
export function after<T>(millis: number, value: T): Promise<T> {
  return new Promise((resolve) => void setTimeout(() => resolve(value), millis));
}

export function failAfter(millis: number, error: Error): Promise<never> {
  return new Promise((_, reject) => void setTimeout(() => reject(error), millis));
}

/** Work that never ends. */
export function forever(): Promise<never> {
  return new Promise(() => {});
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('was not rejected');
}

/** Lets the operation learn from so many calls that took 1 to 100 ms. */
export function teach({ timeouts, time }: Guarded, operation: string, calls: number): void {
  for (let call = 0; call < calls; call++) {
    time.tick(10);
    timeouts.record(operation, 1 + ((call * 37) % 100));
  }
}
