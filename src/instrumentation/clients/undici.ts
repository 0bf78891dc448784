import type { CallGuard } from './call-guard.ts';
import type { GuardRules } from './guard-rules.ts';
import { httpOperation, httpPath, httpPeer } from './http-peer.ts';
import { RuleSets } from './rule-sets.ts';
import { UndiciCall } from './undici-call.ts';
import {
  type Dispatch,
  type DispatchOptions,
  onDispatch,
  originOf,
  type UndiciDispatcher,
} from './undici-dispatchers.ts';
import type { UndiciHandler } from './undici-handler.ts';

/** What `compose` of undici's dispatchers takes, for any version's types. */
export type UndiciInterceptor = <D extends (options: never, handler: never) => boolean>(dispatch: D) => D;

/** On the options of a request that is guarded: dispatchers hand it on to each other, and only the first guards it. */
const GUARDED = Symbol('opentelemetry-resilience guarded');

const sets: RuleSets = new RuleSets('fetch and undici', () => onDispatch((...call) => pass(sets.active, ...call)));

/**
 * Guards what the global `fetch` and every dispatcher of undici send, whichever copy of undici it is and whoever made the
 * dispatcher, by one method on the class that dispatchers extend. A retry or a redirect is a request of its own; an answer
 * of a cache is none.
 *
 * A request that is refused or takes too long ends with our error, as undici's requests end with undici's: `fetch` rejects
 * with `TypeError: fetch failed` and the error as `cause`, `request` with the error itself.
 */
export function guardUndici(rules: GuardRules): Disposable {
  return sets.add(rules);
}

/**
 * The same as an interceptor, for dispatchers out of reach, such as of a copy of undici in a bundle:
 * `new Agent().compose(undiciInterceptor(rules))`. Where a dispatcher is reached anyway, a request is guarded once.
 */
export function undiciInterceptor(rules: GuardRules): UndiciInterceptor {
  const compose = (dispatch: Dispatch): Dispatch => {
    return (options, handler) => pass([rules], dispatch, undefined, options, handler);
  };
  return compose as unknown as UndiciInterceptor;
}

/** What is being dispatched and was found to need no guard, by one dispatcher after the other. */
let passing: DispatchOptions | undefined;

function pass(
  rules: readonly GuardRules[],
  dispatch: Dispatch,
  dispatcher: UndiciDispatcher | undefined,
  options: DispatchOptions,
  handler: UndiciHandler,
): boolean {
  if (options === passing || isBeyond(options, handler)) return dispatch.call(dispatcher!, options, handler);
  let marked: DispatchOptions | undefined;
  let guarded: Dispatch | undefined;
  for (const each of rules) {
    const guard = guardOf(each, dispatcher, options);
    if (guard === undefined) continue;
    marked ??= mark(options);
    const [own, route] = [marked, { dispatch: guarded ?? dispatch, dispatcher }];
    guarded = (_options, inner) => UndiciCall.begin(guard, own, inner, route);
  }
  if (guarded !== undefined) return guarded.call(dispatcher!, options, handler);
  const outer = passing;
  passing = options;
  try {
    return dispatch.call(dispatcher!, options, handler);
  } finally {
    passing = outer;
  }
}

/** Tunnels through proxies are left alone: what is sent through them is guarded by whom it is for. */
function isBeyond(options: unknown, handler: unknown): boolean {
  if (typeof options !== 'object' || options === null || typeof handler !== 'object' || handler === null) return true;
  return (options as DispatchOptions)[GUARDED] === true || (options as DispatchOptions).method === 'CONNECT';
}

function guardOf(
  rules: GuardRules,
  dispatcher: UndiciDispatcher | undefined,
  { origin, method, path }: DispatchOptions,
): CallGuard | undefined {
  if (rules.isEmpty) return undefined;
  try {
    const named = typeof origin === 'string' && origin !== '' ? origin : originOf(origin, dispatcher);
    if (named === undefined) return undefined;
    const peer = rules.peer('fetch', named, httpPeer);
    const operation = typeof method === 'string' ? httpOperation(method) : 'GET';
    return peer?.call(operation, typeof path === 'string' ? httpPath(path) : undefined);
  } catch (error) {
    return sets.pass(error);
  }
}

function mark(options: DispatchOptions): DispatchOptions {
  const copy: DispatchOptions = Object.create(Object.getPrototypeOf(options) as object | null);
  return Object.assign(copy, options, { [GUARDED]: true });
}
