/**
 * The place in which every copy of `@opentelemetry/api` 1.x keeps what has been registered. Looked at directly, since
 * our own copy may be another than the one through which the application registers its SDK.
 */
import { trace } from '@opentelemetry/api';
import { whenCalled, whenSet } from './property-trap.ts';

const KEY = Symbol.for('opentelemetry.js.api.1');

/** What has been registered. */
export interface ApiSlot {
  /** Of the copy that registered first; other versions cannot register after it. */
  readonly version: string;
  /** A ProxyTracerProvider of that copy. */
  readonly trace?: object;
  readonly metrics?: object;
  readonly diag?: { warn(sentence: string): void };
}

/** `undefined` while nothing has been registered. */
export function apiSlot(): ApiSlot | undefined {
  return (globalThis as { [KEY]?: ApiSlot })[KEY];
}

/** Whether our copy of the API sees what is registered: it does not where it is newer than the one that registered. */
export function isReachable(): boolean {
  const registered = apiSlot()?.trace;
  return registered === undefined || registered === trace.getTracerProvider();
}

/**
 * Calls `listener` with the TracerProvider that gets registered, through whichever copy of the API, before the call that
 * registers it returns: its first span is not missed. At once where there is one. Waiting costs nothing.
 */
export function whenTracerProvider(listener: (provider: object) => void): Disposable {
  return whenSet(globalThis, KEY, (slot) => whenSet(slot, 'trace', (proxy) => whenDelegated(proxy, listener)));
}

/** Calls `listener` with the TracerProvider that the API's proxy gets to stand for. At once where it has one. */
export function whenDelegated(proxy: object, listener: (provider: object) => void): Disposable {
  const { getDelegate } = proxy as { getDelegate?: () => object };
  const present = getDelegate === undefined ? proxy : getDelegate.call(proxy);
  if (isNoop(present)) return whenCalled(proxy, 'setDelegate', (provider) => listener(provider as object));
  listener(present);
  return { [Symbol.dispose]: () => undefined };
}

/** What the API's proxy stands for while there is no SDK. */
export function isNoop(provider: object): boolean {
  return provider.constructor.name === 'NoopTracerProvider';
}
