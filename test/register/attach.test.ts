import assert from 'node:assert/strict';
import { ProxyTracerProvider, SamplingDecision, type Tracer, type TracerProvider } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { attachProcessor, type AttachResult } from '../../src/instrumentation/attach.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';

const everything = { recordAll: true };

/** Keeps the names of the spans that it has seen end. */
class Witness implements SpanProcessor {
  readonly seen: string[] = [];
  readonly onStart = (): void => undefined;
  readonly forceFlush = async (): Promise<void> => undefined;
  readonly shutdown = async (): Promise<void> => undefined;
  readonly onEnd = (span: ReadableSpan): void => void this.seen.push(span.name);
}

function reasonOf(result: AttachResult): string {
  assert(!result.attached, 'it was attached');
  return result.reason;
}

/** A private part of the SDK, by its path. */
function inside(value: object, ...path: string[]): object {
  return path.reduce((part, key) => Reflect.get(part, key) as object, value);
}

const samplerOf = (provider: object): Sampler => inside(provider, '_tracerOptions', 'sampler') as Sampler;
const processorsOf = (provider: object): object[] =>
  inside(provider, '_activeSpanProcessor', '_spanProcessors') as object[];

describe('attachProcessor', () => {
  let witness: Witness;

  beforeEach(() => {
    witness = new Witness();
  });

  it('keeps the processors of the provider, and leaves the array of the application alone', () => {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [new SimpleSpanProcessor(exporter)];
    const provider = new BasicTracerProvider({ spanProcessors });
    assert(attachProcessor(provider, witness, everything).attached);
    provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(witness.seen, ['order']);
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name }) => name),
      ['order'],
    );
    assert.equal(spanProcessors.length, 1);
  });

  it('attaches to a provider that has no processor', () => {
    const provider = new BasicTracerProvider();
    assert(attachProcessor(provider, witness, everything).attached);
    provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(witness.seen, ['order']);
  });

  it('finds the provider behind the proxy of the API', () => {
    const proxy = new ProxyTracerProvider();
    const early = proxy.getTracer('shop');
    proxy.setDelegate(new BasicTracerProvider());
    assert(attachProcessor(proxy, witness, everything).attached);
    early.startSpan('order').end();
    assert.deepEqual(witness.seen, ['order']);
  });

  it('sees a span end that began before', () => {
    const provider = new BasicTracerProvider();
    const span = provider.getTracer('shop').startSpan('order');
    attachProcessor(provider, witness, everything);
    span.end();
    assert.deepEqual(witness.seen, ['order']);
  });

  it('sees what the sampler drops, of tracers made before and after, and none of it is exported', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      sampler: new AlwaysOffSampler(),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    const early = provider.getTracer('early');
    const result = attachProcessor(provider, witness, everything);
    assert(result.attached);
    assert.equal(result.how, 'BasicTracerProvider, RecordAll{AlwaysOffSampler}');
    early.startSpan('early').end();
    provider.getTracer('late').startSpan('late').end();
    assert.deepEqual(witness.seen, ['early', 'late']);
    assert.deepEqual(exporter.getFinishedSpans(), []);
  });

  it('leaves the sampler alone where not everything is to be recorded', () => {
    const provider = new BasicTracerProvider({ sampler: new AlwaysOffSampler() });
    const result = attachProcessor(provider, witness, { recordAll: false });
    assert(result.attached);
    provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(witness.seen, []);
  });

  it('sees every span once, however often it is attached', () => {
    const provider = new BasicTracerProvider();
    assert(attachProcessor(provider, witness, everything).attached);
    assert(attachProcessor(provider, witness, everything).attached);
    provider.getTracer('shop').startSpan('order').end();
    assert.deepEqual(witness.seen, ['order']);
    assert.doesNotMatch(samplerOf(provider).toString(), /RecordAll.*RecordAll/);
  });

  it('takes itself out again and gives the sampler back', () => {
    const sampler = new AlwaysOffSampler();
    const provider = new BasicTracerProvider({ sampler, spanProcessors: [new Witness()] });
    const early = provider.getTracer('early');
    const result = attachProcessor(provider, witness, everything);
    assert(result.attached);
    const late = provider.getTracer('late');
    result.detach();
    result.detach();
    for (const tracer of [early, late]) assert.equal(tracer.startSpan('order').isRecording(), false);
    assert.equal(samplerOf(provider), sampler);
    assert.equal(processorsOf(provider).length, 1);
  });

  it('does not count twice where the application has a processor of ours', () => {
    const own = new SlaSpanProcessor();
    const provider = new BasicTracerProvider({ spanProcessors: [own] });
    assert.match(
      reasonOf(attachProcessor(provider, new SlaSpanProcessor(), everything)),
      /has an SlaSpanProcessor already/,
    );
    assert.deepEqual(processorsOf(provider), [own]);
    assert(attachProcessor(provider, own, everything).attached);
  });
});

describe('attachProcessor tells why it cannot', () => {
  const noTracer = (): Tracer => new ProxyTracerProvider().getTracer('none');
  const attach = (provider: unknown): string => reasonOf(attachProcessor(provider, new Witness(), everything));

  it('when there is no SDK', () => {
    assert.match(attach(new ProxyTracerProvider()), /^no TracerProvider is registered/);
  });

  it('when the SDK is of the line 1.x', () => {
    class BasicTracerProvider1 implements TracerProvider {
      activeSpanProcessor = {};
      getTracer = noTracer;
      addSpanProcessor(): void {}
    }
    assert.match(attach(new BasicTracerProvider1()), /BasicTracerProvider1 is of SDK 1\.x/);
  });

  it('when it is no SDK of OpenTelemetry', () => {
    class VendorProvider implements TracerProvider {
      getTracer = noTracer;
    }
    assert.match(attach(new VendorProvider()), /VendorProvider is not built as .* by hand instead: spanProcessors/);
  });

  it('when it is given no provider', () => {
    for (const value of [undefined, null, 5, 'tracer']) assert.match(attach(value), /expected a TracerProvider/);
  });

  it('when tracers keep a sampler of their own, and changes nothing', () => {
    const provider = new BasicTracerProvider({ sampler: new AlwaysOffSampler() });
    const sampler = samplerOf(provider);
    const own = { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }), toString: () => 'own' };
    provider.getTracer('shop');
    for (const tracer of (inside(provider, '_tracers') as Map<string, object>).values())
      Reflect.set(tracer, '_sampler', own);
    assert.match(attach(provider), /do not take the sampler of their provider/);
    assert.equal(samplerOf(provider), sampler);
    assert.deepEqual(processorsOf(provider), []);
  });

  it('when tracers end their spans elsewhere', () => {
    class Elsewhere extends BasicTracerProvider {
      readonly #inner = new BasicTracerProvider();
      override readonly getTracer: BasicTracerProvider['getTracer'] = (...scope) => this.#inner.getTracer(...scope);
    }
    assert.match(attach(new Elsewhere()), /do not reach the processors of their provider/);
  });

  it('when its parts cannot be written, and changes nothing', () => {
    const provider = new BasicTracerProvider();
    Object.freeze(inside(provider, '_tracerOptions'));
    assert.match(attach(provider), /could not be changed: TypeError/);
    assert.deepEqual(processorsOf(provider), []);
  });
});
