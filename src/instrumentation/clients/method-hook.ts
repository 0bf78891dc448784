type Method = (this: never, ...args: never[]) => unknown;

/** What stands in the place of methods, by owner and name; it stays known while it cannot be taken out. */
const replaced = new WeakMap<object, Map<string, Method>>();

/**
 * Puts a method in the place of another, until what it returns is called. Where somebody has wrapped ours by then it stays
 * inside, and is used again by the next who asks for the same method: it is never put in twice.
 *
 * @param make - gives the method, which has to do what the original does wherever it is asked nothing more.
 * @throws TypeError where there is no such method.
 */
export function hookMethod<M extends Method>(owner: object, name: string, make: (original: M) => M): () => void {
  const methods = owner as Record<string, unknown>;
  let own = replaced.get(owner);
  if (own === undefined) replaced.set(owner, (own = new Map<string, Method>()));
  let replacement = own.get(name);
  const original = methods[name];
  if (replacement === undefined) {
    if (typeof original !== 'function') throw new TypeError(`there is no method ${name}`);
    replacement = make(original as M);
    Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
    put(methods, name, replacement);
    own.set(name, replacement);
    originals.set(replacement, original as M);
  }
  const ours = replacement;
  return () => {
    if (methods[name] !== ours) return;
    put(methods, name, originals.get(ours));
    own.delete(name);
  };
}

const originals = new WeakMap<Method, Method>();

/** As it was: enumerable or not. */
function put(methods: Record<string, unknown>, name: string, value: unknown): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(methods, name) ?? {};
  Object.defineProperty(methods, name, { value, enumerable, configurable: true, writable: true });
}
