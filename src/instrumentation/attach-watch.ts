import { API_KEY } from './api-slot.ts';
import { whenCalled, whenSet } from './property-trap.ts';

/**
 * Calls `listener` with the TracerProvider that gets registered, through whichever copy of the API, before the call that
 * registers it returns: its first span is not missed. At once where there is one. Waiting costs nothing.
 */
export function whenTracerProvider(listener: (provider: object) => void): Disposable {
  return whenSet(globalThis, API_KEY, (slot) => whenSet(slot, 'trace', (proxy) => whenDelegated(proxy, listener)));
}

/** Calls `listener` with the TracerProvider that the API's proxy gets to stand for. At once where it has one. */
export function whenDelegated(proxy: object, listener: (provider: object) => void): Disposable {
  const { getDelegate } = proxy as { getDelegate?: () => object };
  const present = getDelegate === undefined ? proxy : getDelegate.call(proxy);
  // What the API's proxy stands for while there is no SDK.
  if (present.constructor.name === 'NoopTracerProvider')
    return whenCalled(proxy, 'setDelegate', (provider) => listener(provider as object));
  listener(present);
  return { [Symbol.dispose]: () => undefined };
}
