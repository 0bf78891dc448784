import assert from 'node:assert/strict';
import { type Context, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { recordAll, SlaSpanProcessor } from 'opentelemetry-resilience';
import { OtlpReceiver } from './otlp-receiver.ts';
import * as sdk from './sdk.ts';
import { objectives, request } from './shop.ts';

const resource = sdk.resourceFromAttributes({ 'service.name': 'shop' });
const onePercent = new sdk.TraceIdRatioBasedSampler(0.01);

/** The same ids in every run. */
class SeededIds {
  readonly traceIds: string[] = [];
  #state = 20_261_123;

  readonly generateTraceId = (): string => {
    const id = [this.#next(), this.#next(), this.#next(), this.#next()].join('');
    this.traceIds.push(id);
    return id;
  };

  readonly generateSpanId = (): string => this.#next() + this.#next();

  /** How many of the traces begun here are the one in a hundred. */
  get sampled(): number {
    return this.traceIds.filter(
      (id) => onePercent.shouldSample(ROOT_CONTEXT, id).decision === sdk.SamplingDecision.RECORD_AND_SAMPLED,
    ).length;
  }

  /** Eight hexadecimal digits (PCG, O'Neill 2014). */
  #next(): string {
    this.#state = (Math.imul(this.#state, 747_796_405) + 2_891_336_453) >>> 0;
    const word = Math.imul((this.#state >>> ((this.#state >>> 28) + 4)) ^ this.#state, 277_803_737);
    return (((word >>> 22) ^ word) >>> 0).toString(16).padStart(8, '0');
  }
}

function remoteParent(traceFlags: TraceFlags): Context {
  const ids = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
  return trace.setSpanContext(ROOT_CONTEXT, { ...ids, traceFlags, isRemote: true });
}

/** A request that begins a trace, one of a caller that sampled its own, and one of a caller that did not. */
const callers = [ROOT_CONTEXT, remoteParent(TraceFlags.SAMPLED), remoteParent(TraceFlags.NONE)];

/** So many requests of each caller, every tenth of them failed; then everything is exported. */
async function serve(tracers: sdk.TracerProvider, count: number, parents: readonly Context[]): Promise<void> {
  const tracer = tracers.getTracer('shop');
  for (let index = 0; index < count; index++) {
    const status = index % 10 === 0 ? 500 : 200;
    for (const parent of parents) request(tracer, 'POST /orders', { parent, status });
  }
  await tracers.shutdown();
}

describe('recordAll', () => {
  let backend: OtlpReceiver;
  let ids: SeededIds;
  let sla: SlaSpanProcessor;

  beforeEach(async () => {
    backend = await OtlpReceiver.start();
    ids = new SeededIds();
    sla = new SlaSpanProcessor({ objectives });
  });

  afterEach(async () => {
    await backend.stop();
  });

  function tracersWith(sampler: sdk.Sampler): sdk.TracerProvider {
    const exporter = sdk.batch(new sdk.OTLPTraceExporter({ url: backend.url('traces') }));
    return new sdk.TracerProvider({ resource, sampler, idGenerator: ids, spanProcessors: [sla, exporter] });
  }

  function counted(): { requests: number | undefined; failures: number | undefined } {
    const [shop] = sla.tracker.report('shop').services;
    return { requests: shop?.requests, failures: shop?.failures };
  }

  it('lets the SLA count 100 000 requests exactly while one trace in a hundred is exported', async () => {
    await serve(tracersWith(recordAll(onePercent)), 100_000, [ROOT_CONTEXT]);
    assert.deepEqual(counted(), { requests: 100_000, failures: 10_000 });
    assert.equal(backend.spans.length, ids.sampled);
    assert(ids.sampled > 800 && ids.sampled < 1_200, `${ids.sampled} of 100000 traces are sampled`);
  });

  it('around a ParentBasedSampler, sees requests whose caller was not sampled, and exports those whose caller was', async () => {
    const sampler = recordAll(new sdk.ParentBasedSampler({ root: onePercent }));
    await serve(tracersWith(sampler), 1_000, callers);
    assert.deepEqual(counted(), { requests: 3_000, failures: 300 });
    assert.equal(backend.spans.length, ids.sampled + 1_000);
  });

  it('inside a ParentBasedSampler, is asked about roots only', async () => {
    const sampler = new sdk.ParentBasedSampler({ root: recordAll(onePercent) });
    await serve(tracersWith(sampler), 1_000, callers);
    assert.deepEqual(counted(), { requests: 2_000, failures: 200 });
    assert.equal(backend.spans.length, ids.sampled + 1_000);
  });

  it('inside a ParentBasedSampler, sees everything where it also stands for callers that were not sampled', async () => {
    const root = recordAll(onePercent);
    const sampler = new sdk.ParentBasedSampler({ root, remoteParentNotSampled: recordAll(new sdk.AlwaysOffSampler()) });
    await serve(tracersWith(sampler), 1_000, callers);
    assert.deepEqual(counted(), { requests: 3_000, failures: 300 });
    assert.equal(backend.spans.length, ids.sampled + 1_000);
  });

  it('tells callees that a trace it only records is not sampled', () => {
    const span = tracersWith(recordAll(new sdk.AlwaysOffSampler()))
      .getTracer('shop')
      .startSpan('POST', { kind: SpanKind.CLIENT });
    assert.equal(span.isRecording(), true);
    assert.equal(span.spanContext().traceFlags, TraceFlags.NONE);
    span.end();
  });
});
