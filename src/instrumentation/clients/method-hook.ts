type Method = (this: never, ...args: never[]) => unknown;

/** What instrumentations of OpenTelemetry put on the methods that they have wrapped. */
interface Wrapped {
  readonly __wrapped?: boolean;
  readonly __original?: Method;
}

/** A method of ours, and what it calls. */
interface Hooked {
  readonly replacement: Method;
  inner: Method;
}

/** By owner and name; they stay known while they cannot be taken out. */
const hooks = new WeakMap<object, Map<string, Hooked>>();

/**
 * Puts a method in the place of another, until what it returns is called. Where somebody has wrapped ours by then it stays
 * inside, and is used again by the next who asks for the same method: it is never put in twice. Where an instrumentation has
 * wrapped the original before and wants it back, it takes its own out of ours: it would wrap it twice otherwise.
 *
 * @param make - gives the method, which has to do what the original does wherever it is asked nothing more.
 * @throws TypeError where there is no such method.
 */
export function hookMethod<M extends Method>(owner: object, name: string, make: (original: M) => M): () => void {
  const methods = owner as Record<string, unknown>;
  let own = hooks.get(owner);
  if (own === undefined) hooks.set(owner, (own = new Map<string, Hooked>()));
  let hooked = own.get(name);
  if (hooked === undefined) {
    const original = methods[name];
    if (typeof original !== 'function') throw new TypeError(`there is no method ${name}`);
    own.set(name, (hooked = hook(original as M, make)));
    put(methods, name, hooked.replacement);
  }
  const ours = hooked;
  return () => {
    if (methods[name] !== ours.replacement) return;
    put(methods, name, ours.inner);
    own.delete(name);
  };
}

function hook<M extends Method>(original: M, make: (original: M) => M): Hooked {
  const through = function (this: never, ...args: never[]): unknown {
    return hooked.inner.apply(this, args);
  } as M;
  const hooked: Hooked = { inner: original, replacement: make(through) };
  const outermost = (): Wrapped => hooked.inner as Wrapped;
  const unwrap = (): void => {
    const { __original: inner } = outermost();
    if (inner !== undefined) hooked.inner = inner;
  };
  Object.defineProperties(hooked.replacement, {
    name: { value: original.name, configurable: true },
    __wrapped: { get: () => outermost()['__wrapped'], configurable: true },
    __original: { get: () => outermost()['__original'], configurable: true },
    __unwrap: { value: unwrap, configurable: true },
  });
  return hooked;
}

/** As it was: enumerable or not. */
function put(methods: Record<string, unknown>, name: string, value: unknown): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(methods, name) ?? {};
  Object.defineProperty(methods, name, { value, enumerable, configurable: true, writable: true });
}
