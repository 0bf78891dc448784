import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { onPackage } from './loaded-modules.ts';
import type { UndiciHandler } from './undici-handler.ts';

/** What a request is, as far as guards look. */
export interface DispatchOptions {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly body?: unknown;
  readonly [key: symbol]: unknown;
}

/** Sends a request; `false` where the dispatcher would rather be left alone until it has drained. */
export type Dispatch = (this: UndiciDispatcher, options: DispatchOptions, handler: UndiciHandler) => boolean;

/** An Agent, a Pool, a Client and the like. */
export interface UndiciDispatcher {
  dispatch: Dispatch;
}

/** Does what `dispatch` would do. */
export type DispatchHook = (
  dispatch: Dispatch,
  dispatcher: UndiciDispatcher,
  options: DispatchOptions,
  handler: UndiciHandler,
) => boolean;

/** Where the copies of undici in a process, that in Node included, share their global dispatcher. */
const SLOTS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];
const CONNECTING = 'undici:client:beforeConnect';

/**
 * Has `hook` asked in place of `dispatch`, on the class that dispatchers extend, of every copy of undici that is loaded or
 * will be. Nothing is loaded for it: a copy is known by the global dispatcher it makes, or as a package.
 */
export function onDispatch(hook: DispatchHook): () => void {
  const patches = new Map<UndiciDispatcher, () => void>();
  const adopt = (dispatcher: unknown): void => {
    const base = baseOf(dispatcher);
    if (base !== undefined && !patches.has(base)) patches.set(base, patch(base, hook));
  };
  const adoptGlobal = (): void => {
    for (const slot of SLOTS) adopt(globalOf(slot));
  };
  adoptGlobal();
  const expected = SLOTS.map((slot) => onFirst(slot, adopt));
  const packages = onPackage(['undici'], ({ exports }) =>
    adopt((exports as { Agent?: { prototype?: unknown } }).Agent?.prototype),
  );
  // A copy in a bundle is seen where it was made the global one, when it connects for the first time.
  subscribe(CONNECTING, adoptGlobal);
  return () => {
    unsubscribe(CONNECTING, adoptGlobal);
    packages[Symbol.dispose]();
    for (const forget of expected) forget();
    for (const restore of patches.values()) restore();
  };
}

/** Which origin a request is for that is not given one as text: a URL, or nothing where the dispatcher knows only one. */
export function originOf(given: unknown, dispatcher: UndiciDispatcher | undefined): string | undefined {
  if (given instanceof URL) return given.origin;
  if (Boolean(given) || dispatcher === undefined) return undefined;
  const known = origins.get(dispatcher);
  if (known !== undefined) return known;
  const url = inner(dispatcher, 'url');
  if (!(url instanceof URL)) return undefined;
  origins.set(dispatcher, url.origin);
  return url.origin;
}

const origins = new WeakMap<UndiciDispatcher, string>();

/** Whether a request that hangs takes no connection from others: there may be any number, and one request on each. */
export function isRoomy(dispatcher: UndiciDispatcher | undefined): boolean {
  if (dispatcher === undefined) return false;
  const options = inner(dispatcher, 'options') as { connections?: unknown; pipelining?: unknown } | undefined;
  if (typeof options !== 'object' || options === null) return false;
  const connections = inner(dispatcher, 'connections') ?? options.connections ?? null;
  const { pipelining } = options;
  return connections === null && !(typeof pipelining === 'number' && pipelining > 1);
}

/** Undici keeps these under symbols of its own, by the same names in every version. Where one does not, nothing is known. */
function inner(dispatcher: UndiciDispatcher, name: string): unknown {
  const key = Object.getOwnPropertySymbols(dispatcher).find(({ description }) => description === name);
  return key === undefined ? undefined : Reflect.get(dispatcher, key);
}

/** What all dispatchers of a copy inherit that send requests themselves. */
function baseOf(dispatcher: unknown): UndiciDispatcher | undefined {
  if (typeof dispatcher !== 'object') return undefined;
  let each: unknown = dispatcher;
  while (typeof each === 'object' && each !== null) {
    if (Object.hasOwn(each, 'dispatch') && Object.hasOwn(each, 'destroyed')) return each as UndiciDispatcher;
    each = Object.getPrototypeOf(each);
  }
  return undefined;
}

function patch(base: UndiciDispatcher, hook: DispatchHook): () => void {
  const before = Object.getOwnPropertyDescriptor(base, 'dispatch');
  const original = before?.value as Dispatch | undefined;
  if (before === undefined || typeof original !== 'function') return () => {};
  let isIn = true;
  function dispatch(this: UndiciDispatcher, options: DispatchOptions, handler: UndiciHandler): boolean {
    return isIn ? hook(original!, this, options, handler) : original!.call(this, options, handler);
  }
  Object.defineProperty(base, 'dispatch', { ...before, value: dispatch });
  return () => {
    isIn = false;
    // Where somebody else has patched it since, ours stays in between and does nothing.
    if (base.dispatch === dispatch) Object.defineProperty(base, 'dispatch', before);
  };
}

function globalOf(slot: symbol): unknown {
  const found = Object.getOwnPropertyDescriptor(globalThis, slot);
  return found?.value as unknown;
}

/** Tells of the global dispatcher that undici makes once it has looked whether there is one, before it can be used. */
function onFirst(slot: symbol, adopt: (dispatcher: unknown) => void): () => void {
  if (Object.getOwnPropertyDescriptor(globalThis, slot) !== undefined || !Object.isExtensible(globalThis))
    return () => {};
  const get = (): undefined => {
    untilMicrotask(adopt);
    return undefined;
  };
  const set = (value: unknown): void => {
    Object.defineProperty(globalThis, slot, { value, writable: true, enumerable: false, configurable: true });
    adopt(value);
  };
  Object.defineProperty(globalThis, slot, { get, set, enumerable: false, configurable: true });
  return () => {
    const found = Object.getOwnPropertyDescriptor(globalThis, slot);
    if (found?.get === get) Reflect.deleteProperty(globalThis, slot);
  };
}

/** The function by which every emitter begins, as Node's own domains know it too. */
const emitters = EventEmitter as unknown as { init: (this: EventEmitter, ...options: unknown[]) => void };

let isTold = false;

/** Tells of all emitters that are made until the code that runs now has ended. Dispatchers are emitters. */
function untilMicrotask(made: (emitter: EventEmitter) => void): void {
  if (isTold) return;
  isTold = true;
  const { init } = emitters;
  function told(this: EventEmitter, ...options: unknown[]): void {
    init.apply(this, options);
    made(this);
  }
  emitters.init = told;
  queueMicrotask(() => {
    isTold = false;
    if (emitters.init === told) emitters.init = init;
  });
}
