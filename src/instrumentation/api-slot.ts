/**
 * The place in which every copy of `@opentelemetry/api` 1.x keeps what has been registered. Looked at directly, since
 * our own copy may be another than the one through which the application registers its SDK.
 */
import { trace } from '@opentelemetry/api';

/** Where it is, in `globalThis`. */
export const API_KEY: unique symbol = Symbol.for('opentelemetry.js.api.1') as typeof API_KEY;

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
  return (globalThis as { [API_KEY]?: ApiSlot })[API_KEY];
}

/** Forgets all that has been registered. */
export function emptySlot(): void {
  Reflect.deleteProperty(globalThis, API_KEY);
}

/** Whether our copy of the API sees what is registered: it does not where it is newer than the one that registered. */
export function isReachable(): boolean {
  const registered = apiSlot()?.trace;
  return registered === undefined || registered === trace.getTracerProvider();
}
