/**
 * Noticing, once and in the same breath, what other code does with an object. Traps may lie upon each other, and what
 * their listeners throw stays with them.
 */
import { whisper } from './tell.ts';

/**
 * Calls `listener` with what `target[key]` holds as soon as that is an object, at once where it is one. By then the
 * property is as it would be without the trap. What the listener returns is disposed of together with the trap.
 */
export function whenSet(target: object, key: PropertyKey, listener: (value: object) => Disposable): Disposable {
  const present: unknown = Reflect.get(target, key);
  if (isObject(present)) return quietly(() => listener(present)) ?? nothing;
  const before = Object.getOwnPropertyDescriptor(target, key);
  let inner: Disposable | undefined;
  let isOver = false;
  const trap = {
    configurable: true,
    enumerable: true,
    get: () => (before?.get === undefined ? before?.value : before.get.call(target)) as unknown,
    set: (value: unknown): void => {
      replace(target, key, before, value);
      if (isOver) return;
      isOver = isObject(value);
      if (isOver) inner = quietly(() => listener(value as object));
      else Object.defineProperty(target, key, trap);
    },
  };
  Object.defineProperty(target, key, trap);
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      inner?.[Symbol.dispose]();
      if (Object.getOwnPropertyDescriptor(target, key)?.get === trap.get) restore(target, key, before);
    },
  };
}

/** Calls `listener` with the first argument of the next call of `target[key]`, when the call is through. */
export function whenCalled(target: object, key: PropertyKey, listener: (argument: unknown) => void): Disposable {
  const before = Object.getOwnPropertyDescriptor(target, key);
  const original = Reflect.get(target, key) as (...args: unknown[]) => unknown;
  let isOver = false;
  const value = function (this: unknown, ...args: unknown[]): unknown {
    const result = original.apply(this, args);
    if (isOver) return result;
    stop();
    quietly(() => listener(args[0]));
    return result;
  };
  const stop = (): void => {
    isOver = true;
    if (Object.getOwnPropertyDescriptor(target, key)?.value === value) restore(target, key, before);
  };
  Object.defineProperty(target, key, { value, configurable: true, enumerable: false, writable: true });
  return { [Symbol.dispose]: stop };
}

const nothing: Disposable = { [Symbol.dispose]: () => undefined };

function quietly<T>(listener: () => T): T | undefined {
  try {
    return listener();
  } catch (error) {
    whisper(`a listener threw: ${String(error)}`);
    return undefined;
  }
}

/**
 * Puts `value` where a trap was. In the way that leaves `target` as fast to read as it was, for it is read whenever a
 * context is: V8 slows an ordinary object down for good when a property is deleted, and globalThis when one is redefined.
 */
function replace(target: object, key: PropertyKey, before: PropertyDescriptor | undefined, value: unknown): void {
  if (before === undefined && target !== globalThis) {
    Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
    return;
  }
  restore(target, key, before);
  Reflect.set(target, key, value);
}

function restore(target: object, key: PropertyKey, before: PropertyDescriptor | undefined): void {
  if (before === undefined) Reflect.deleteProperty(target, key);
  else Object.defineProperty(target, key, before);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
