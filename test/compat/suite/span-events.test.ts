import assert from 'node:assert/strict';
import { type EndingSpan, type ReadableSpan, SlaSpanProcessor } from 'opentelemetry-resilience';
import { OtlpReceiver } from './otlp-receiver.ts';
import * as sdk from './sdk.ts';
import { objectives, request } from './shop.ts';

const resource = sdk.resourceFromAttributes({ 'service.name': 'shop' });
const tooSlow = {
  name: 'sla.violation',
  attributes: {
    'sla.service': 'shop',
    'sla.objective': 'latency',
    'sla.metric': 'response_time',
    'sla.threshold': 0.32,
    'sla.observed': 0.4,
  },
};
const failed = {
  name: 'sla.violation',
  attributes: {
    'sla.service': 'shop',
    'sla.objective': 'availability',
    'sla.metric': 'availability',
    'sla.threshold': 0.97,
    'sla.observed': 0,
  },
};
const breach = {
  name: 'sla.breach',
  attributes: {
    'sla.service': 'shop',
    'sla.objective': 'availability',
    'sla.metric': 'availability',
    'sla.window': '30d',
  },
};

describe('span events', () => {
  let backend: OtlpReceiver;

  beforeEach(async () => {
    backend = await OtlpReceiver.start();
  });

  afterEach(async () => {
    await backend.stop();
  });

  for (const order of ['before', 'after'] as const) {
    it(`reach the backend on the span that broke the promise, the processor standing ${order} the exporter`, async () => {
      const sla = new SlaSpanProcessor({ objectives });
      const exporter = sdk.batch(new sdk.OTLPTraceExporter({ url: backend.url('traces') }));
      const spanProcessors = order === 'before' ? [sla, exporter] : [exporter, sla];
      const tracers = new sdk.TracerProvider({ resource, spanProcessors });
      const tracer = tracers.getTracer('shop');
      request(tracer, 'POST /orders');
      request(tracer, 'POST /orders', { millis: 400 });
      request(tracer, 'GET /products/:sku', { status: 500 });
      await tracers.shutdown();

      assert.deepEqual(
        backend.spans.map(({ events }) => events),
        [[], [tooSlow], [failed]],
      );
      assert.deepEqual(
        backend.spans.map(({ attributes }) => attributes['sla.violated']),
        [undefined, true, true],
      );
    });
  }

  it('tell on the very request that the promise of the window is broken', async () => {
    const exporter = sdk.batch(new sdk.OTLPTraceExporter({ url: backend.url('traces') }));
    const tracers = new sdk.TracerProvider({
      resource,
      spanProcessors: [new SlaSpanProcessor({ objectives }), exporter],
    });
    const tracer = tracers.getTracer('shop');
    for (let count = 0; count < 9; count++) request(tracer, 'GET /products/:sku');
    request(tracer, 'GET /products/:sku', { status: 500 });
    request(tracer, 'GET /products/:sku', { status: 500 });
    await tracers.shutdown();
    assert.deepEqual(
      backend.spans.slice(8).map(({ events }) => events),
      [[], [failed, breach], [failed]],
    );
  });

  it('are written in onEnding, when the duration is final and the span can still be written', async () => {
    const seen: { spanIsWritable: boolean; duration: readonly number[] }[] = [];
    class Watched extends SlaSpanProcessor {
      override onEnding(span: EndingSpan & { isRecording?(): boolean }): void {
        super.onEnding(span);
        seen.push({ spanIsWritable: span.isRecording?.() ?? false, duration: span.duration });
      }

      override onEnd(span: ReadableSpan & { isRecording?(): boolean }): void {
        super.onEnd(span);
        seen.push({ spanIsWritable: span.isRecording?.() ?? false, duration: span.duration });
      }
    }
    const tracers = new sdk.TracerProvider({ resource, spanProcessors: [new Watched({ objectives })] });
    request(tracers.getTracer('shop'), 'POST /orders', { millis: 400 });
    await tracers.shutdown();
    assert.deepEqual(seen, [
      { spanIsWritable: true, duration: [0, 400_000_000] },
      { spanIsWritable: false, duration: [0, 400_000_000] },
    ]);
  });

  it('are left out where they are not wanted', async () => {
    const exporter = sdk.batch(new sdk.OTLPTraceExporter({ url: backend.url('traces') }));
    const sla = new SlaSpanProcessor({ objectives, events: 'none' });
    const tracers = new sdk.TracerProvider({ resource, spanProcessors: [sla, exporter] });
    request(tracers.getTracer('shop'), 'POST /orders', { millis: 400 });
    await tracers.shutdown();
    assert.deepEqual(
      backend.spans.map(({ events, attributes }) => [events, attributes['sla.violated']]),
      [[[], undefined]],
    );
  });
});
