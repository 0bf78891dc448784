import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { diag, DiagLogLevel, metrics, ProxyTracerProvider } from '@opentelemetry/api';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { fake, restore, useFakeTimers } from 'sinon';
import { ResilienceInstrumentation } from '../../src/instrumentation/resilience-instrumentation.ts';

describe('the instrumentation', () => {
  let told: string[];
  let seen: string[];
  let instrumentation: ResilienceInstrumentation;
  const onMeterProvider = fake();

  beforeEach(() => {
    told = [];
    seen = [];
    const note = (sentence: string): void => void told.push(sentence);
    const silent = (): void => undefined;
    const logger = { error: note, warn: note, info: silent, debug: silent, verbose: silent };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    const processor = {
      onStart: silent,
      onEnd: (span: { name: string }) => void seen.push(span.name),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    };
    instrumentation = new ResilienceInstrumentation({ processor, recordAll: true, onMeterProvider });
  });

  afterEach(() => {
    instrumentation.disable();
    restore();
    diag.disable();
  });

  it('bears the name and the version of the package', () => {
    const { name, version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      name: string;
      version: string;
    };
    assert.equal(instrumentation.instrumentationName, name);
    assert.equal(instrumentation.instrumentationVersion, version);
  });

  it('waits behind the proxy of the API for the provider, and misses no span', () => {
    const proxy = new ProxyTracerProvider();
    instrumentation.setTracerProvider(proxy);
    assert(!instrumentation.result?.attached);
    proxy.setDelegate(new BasicTracerProvider({ sampler: new AlwaysOffSampler() }));
    proxy.getTracer('shop').startSpan('order').end();
    assert.deepEqual(seen, ['order']);
    assert.match(
      JSON.stringify(instrumentation.result),
      /"attached":true,"how":"BasicTracerProvider, RecordAll\{AlwaysOff/,
    );
  });

  it('attaches at once to a provider that is there', () => {
    const provider = new BasicTracerProvider();
    instrumentation.setTracerProvider(provider);
    instrumentation.setTracerProvider(provider);
    provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(seen, ['order']);
  });

  it('goes with the provider that it is given last', () => {
    const [first, second] = [new BasicTracerProvider(), new BasicTracerProvider()];
    instrumentation.setTracerProvider(first);
    instrumentation.setTracerProvider(second);
    for (const provider of [first, second]) provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(seen, ['order']);
  });

  it('takes the processor out when it is disabled, and adds it again when it is enabled', () => {
    const provider = new BasicTracerProvider();
    instrumentation.setTracerProvider(provider);
    instrumentation.disable();
    provider.getTracer('shop').startSpan('unseen').end();
    instrumentation.enable();
    provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(seen, ['order']);
  });

  it('does nothing where it is configured off', () => {
    instrumentation.setConfig({ enabled: false });
    assert.deepEqual(instrumentation.getConfig(), { enabled: false });
    const provider = new BasicTracerProvider();
    instrumentation.setTracerProvider(provider);
    provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(seen, []);
    instrumentation.setConfig({});
    assert.deepEqual(instrumentation.getConfig(), { enabled: true });
  });

  it('hands on the MeterProvider', () => {
    const provider = metrics.getMeterProvider();
    instrumentation.setMeterProvider(provider);
    assert.deepEqual(onMeterProvider.args, [[provider]]);
  });

  it('tells once, after ten seconds, that there is no provider, and takes one that comes later', () => {
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const proxy = new ProxyTracerProvider();
    instrumentation.setTracerProvider(proxy);
    clock.tick(9_999);
    assert.deepEqual(told, []);
    clock.tick(60_000);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^opentelemetry-resilience: no requests are counted, for no OpenTelemetry SDK has reg/);
    proxy.setDelegate(new BasicTracerProvider());
    proxy.getTracer('shop').startSpan('order').end();
    assert.deepEqual(seen, ['order']);
  });

  it('tells once why it cannot be added', () => {
    const noSdk = new ProxyTracerProvider();
    noSdk.setDelegate({ getTracer: () => noSdk.getTracer('none') });
    instrumentation.setTracerProvider(noSdk);
    instrumentation.setTracerProvider(noSdk);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /no requests are counted, for its Object is not built as the TracerProviders/);
  });
});
