import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as api from '@opentelemetry/api';
import { propagation, ProxyTracerProvider, trace, type TracerProvider } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { API_KEY, apiSlot, emptySlot, isReachable } from '../../src/instrumentation/api-slot.ts';
import { whenDelegated, whenTracerProvider } from '../../src/instrumentation/attach-watch.ts';

/** Another copy of the API, as a second installation of the same version would be. */
function anotherCopy(): typeof api {
  const require = createRequire(import.meta.url);
  const isApi = (path: string): boolean => path.includes('@opentelemetry/api/build');
  const cached = Object.entries(require.cache).filter(([path]) => isApi(path));
  for (const [path] of cached) delete require.cache[path];
  const copy = require('@opentelemetry/api') as typeof api;
  for (const path of Object.keys(require.cache).filter(isApi)) delete require.cache[path];
  for (const [path, module] of cached) require.cache[path] = module;
  return copy;
}

describe('whenTracerProvider', () => {
  let provider: TracerProvider;
  let seen: object[];
  let before: unknown;
  let watch: Disposable | undefined;

  beforeEach(() => {
    provider = new BasicTracerProvider();
    seen = [];
    before = apiSlot();
    trace.disable();
    emptySlot();
  });

  afterEach(() => {
    watch?.[Symbol.dispose]();
    trace.disable();
    emptySlot();
    if (before !== undefined) Reflect.set(globalThis, API_KEY, before);
  });

  const begin = (): void => void (watch = whenTracerProvider((each) => void seen.push(each)));

  it('calls at once where a provider is registered', () => {
    trace.setGlobalTracerProvider(provider);
    begin();
    assert.deepEqual(seen, [provider]);
  });

  it('calls before the registration returns', () => {
    begin();
    assert(trace.setGlobalTracerProvider(provider));
    assert.deepEqual(seen, [provider]);
  });

  it('calls where the API is in use already, for something else', () => {
    propagation.disable();
    propagation.setGlobalPropagator({ inject: () => undefined, extract: (context) => context, fields: () => [] });
    begin();
    assert.deepEqual(seen, []);
    trace.setGlobalTracerProvider(provider);
    assert.deepEqual(seen, [provider]);
    propagation.disable();
  });

  it('notices a registration through another copy of the API', () => {
    begin();
    const copy = anotherCopy();
    assert.notEqual(copy.trace, trace);
    assert(copy.trace.setGlobalTracerProvider(provider));
    assert.deepEqual(seen, [provider]);
    assert(isReachable());
  });

  it('leaves the API as it found it', () => {
    begin();
    watch?.[Symbol.dispose]();
    assert.equal(Object.getOwnPropertyDescriptor(globalThis, API_KEY), undefined);
    begin();
    trace.setGlobalTracerProvider(provider);
    const slot = Object.getOwnPropertyDescriptor(globalThis, API_KEY)?.value as object;
    const { value: proxy } = Object.getOwnPropertyDescriptor(slot, 'trace') as { value: object };
    assert(!Object.hasOwn(proxy, 'setDelegate'));
  });

  it('is not called any more once it is disposed of', () => {
    begin();
    watch?.[Symbol.dispose]();
    trace.setGlobalTracerProvider(provider);
    assert.deepEqual(seen, []);
  });
});

describe('whenDelegated', () => {
  it('takes what is no proxy for the provider itself', () => {
    const provider = new BasicTracerProvider();
    const seen: object[] = [];
    whenDelegated(provider, (each) => void seen.push(each));
    assert.deepEqual(seen, [provider]);
  });

  it('waits for what the proxy gets to stand for', () => {
    const proxy = new ProxyTracerProvider();
    const provider = new BasicTracerProvider();
    const seen: object[] = [];
    whenDelegated(proxy, (each) => void seen.push(each));
    assert.deepEqual(seen, []);
    proxy.setDelegate(provider);
    assert.deepEqual(seen, [provider]);
  });
});

describe('isReachable', () => {
  it('is false where an older copy of the API has registered the SDK', () => {
    const before = apiSlot();
    try {
      Reflect.set(globalThis, API_KEY, { version: '1.0.0', trace: new ProxyTracerProvider() });
      assert.equal(isReachable(), false);
      emptySlot();
      assert.equal(isReachable(), true);
    } finally {
      emptySlot();
      if (before !== undefined) Reflect.set(globalThis, API_KEY, before);
    }
  });
});
