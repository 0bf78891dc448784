import assert from 'node:assert/strict';
import { createNoopMeter, diag, type MeterProvider as AnyProvider, metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { collect, pointsOf, TestReader } from '../support/collected.ts';
import { NOW, span } from '../support/spans.ts';

const UP: Objective = { name: 'up', metric: 'availability', target: 0.9, service: 'shop' };
const SECOND = 1_000;

function globalReader(): TestReader {
  const reader = new TestReader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return reader;
}

async function counted(reader: TestReader): Promise<unknown> {
  return pointsOf(await collect(reader), 'resilience.processor.spans')['counted'];
}

describe('instruments', () => {
  afterEach(() => {
    metrics.disable();
    restore();
  });

  it('exist from the construction on where a MeterProvider is given, counters at 0', async () => {
    const reader = new TestReader();
    const processor = new SlaSpanProcessor({
      objectives: [UP],
      meterProvider: new MeterProvider({ readers: [reader] }),
    });
    const before = await collect(reader);
    assert.deepEqual(pointsOf(before, 'sla.events'), { 'shop up good': 0, 'shop up bad': 0 });
    assert.deepEqual(pointsOf(before, 'sla.violations'), { 'shop up availability': 0 });
    assert.equal(pointsOf(before, 'resilience.processor.spans')['counted'], 0);
    assert.ok(processor);
  });

  it('are made at the first span where the global MeterProvider came before', async () => {
    const reader = globalReader();
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    assert.deepEqual(await collect(reader), []);
    processor.onEnd(span());
    assert.equal(await counted(reader), 1);
  });

  it('are made at the first span where the global MeterProvider came after the construction', async () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    const reader = globalReader();
    processor.onEnd(span());
    assert.equal(await counted(reader), 1);
  });

  it('are made within a second of spans where the global MeterProvider came after the first of them, and count those too', async () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW + SECOND });
    processor.onEnd(span());
    const reader = globalReader();
    processor.onEnd(span({ endMillis: NOW + SECOND }));
    assert.equal(await counted(reader), 2);
  });

  it('are made when flushed where the global MeterProvider came after the last span', async () => {
    for (const end of ['forceFlush', 'shutdown'] as const) {
      const processor = new SlaSpanProcessor({ clock: () => NOW });
      processor.onEnd(span());
      const reader = globalReader();
      await processor[end]();
      assert.equal(await counted(reader), 1, end);
      metrics.disable();
    }
  });

  it('are made at a span that does not count as well', async () => {
    const reader = globalReader();
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    processor.onEnd(span({ kind: 'internal' }));
    assert.equal(pointsOf(await collect(reader), 'resilience.processor.spans')['ignored'], 1);
  });

  it('are made once, however many spans and flushes there are', async () => {
    globalReader();
    const getMeter = stub(metrics.getMeterProvider(), 'getMeter').callThrough();
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    for (let count = 0; count < 10; count++) processor.onEnd(span({ endMillis: NOW - count * SECOND }));
    await processor.forceFlush();
    await processor.shutdown();
    assert.equal(getMeter.callCount, 1);
  });

  it('are looked for once a second at most', () => {
    const getMeter = stub().returns(createNoopMeter());
    metrics.setGlobalMeterProvider({ getMeter });
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    for (let count = 0; count < 100; count++) processor.onEnd(span());
    assert.equal(getMeter.callCount, 1);
    processor.onEnd(span({ endMillis: NOW + SECOND }));
    assert.equal(getMeter.callCount, 2);
  });

  it('are not made where the producer was asked for before: nothing is reported twice', async () => {
    const global = globalReader();
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    const reader = new TestReader({ metricProducers: [processor.metricProducer] });
    const provider = new MeterProvider({ readers: [reader] });
    processor.onEnd(span());
    await processor.forceFlush();
    assert.deepEqual(await collect(global), []);
    assert.equal(await counted(reader), 1);
    await provider.shutdown();
  });

  it('are made for the durations alone where these are to be an instrument beside the producer', async () => {
    const reader = globalReader();
    const processor = new SlaSpanProcessor({ clock: () => NOW, durationHistogram: 'instrument' });
    const { metricProducer } = processor;
    processor.onEnd(span());
    processor.onEnd(span());
    assert.deepEqual(
      (await collect(reader)).map(({ name }) => name),
      ['sla.duration'],
    );
    assert.equal(
      (await collect(metricProducer)).some(({ name }) => name === 'sla.duration'),
      false,
    );
  });

  it('are made on a given MeterProvider, though the producer is asked for too', async () => {
    const reader = new TestReader();
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      meterProvider: new MeterProvider({ readers: [reader] }),
    });
    const { metricProducer } = processor;
    processor.onEnd(span());
    assert.equal(await counted(reader), 1);
    assert.equal(pointsOf(await collect(metricProducer), 'resilience.processor.spans')['counted'], 1);
  });

  it('are never made on the global MeterProvider where one is given', async () => {
    const global = globalReader();
    const reader = new TestReader();
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      meterProvider: new MeterProvider({ readers: [reader] }),
    });
    processor.onEnd(span());
    assert.deepEqual(await collect(global), []);
    assert.equal(await counted(reader), 1);
  });

  it('record durations in seconds between bounds that contain the targets', async () => {
    const reader = new TestReader();
    const meterProvider = new MeterProvider({ readers: [reader] });
    const objectives: Objective[] = [{ metric: 'response_time', target: '300ms' }];
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      objectives,
      meterProvider,
      durationHistogram: 'instrument',
    });
    processor.onEnd(span({ durationMillis: 300 }));
    const [value] = Object.values(pointsOf(await collect(reader), 'sla.duration')) as {
      buckets: { boundaries: number[]; counts: number[] };
      sum: number;
    }[];
    assert.equal(value?.sum, 0.3);
    assert.equal(value?.buckets.counts[value.buckets.boundaries.indexOf(0.3)], 1);
  });

  it('record no durations where there are to be none', async () => {
    const reader = new TestReader();
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      meterProvider: new MeterProvider({ readers: [reader] }),
      durationHistogram: 'none',
    });
    processor.onEnd(span());
    for (const source of [reader, processor.metricProducer]) {
      assert.equal(
        (await collect(source)).some(({ name }) => name === 'sla.duration'),
        false,
      );
    }
  });

  it('harm nobody where the MeterProvider or its meters throw; it is told once, and spans are counted', () => {
    const warn = stub(diag, 'warn');
    const boom = (): never => {
      throw new Error('meter');
    };
    const meters: readonly AnyProvider[] = [
      { getMeter: boom },
      { getMeter: () => ({}) } as unknown as AnyProvider,
      { getMeter: () => null } as unknown as AnyProvider,
    ];
    for (const meterProvider of meters) {
      warn.resetHistory();
      const processor = new SlaSpanProcessor({ clock: () => NOW, meterProvider, durationHistogram: 'instrument' });
      for (let count = 0; count < 3; count++) processor.onEnd(span({ endMillis: NOW - count * SECOND }));
      assert.equal(processor.tracker.snapshot().counted, 3);
      assert.equal(processor.tracker.snapshot().failed, 0);
      assert.equal(warn.args.filter(([text]) => text.includes('instruments could not be made')).length, 1);
    }
  });

  it('harm nobody where a histogram throws', () => {
    const warn = stub(diag, 'warn');
    const reader = new TestReader();
    const provider = new MeterProvider({ readers: [reader] });
    const meter = provider.getMeter('x');
    stub(meter, 'createHistogram').returns({
      record: () => {
        throw new Error('record');
      },
    });
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      meterProvider: { getMeter: () => meter },
      durationHistogram: 'instrument',
    });
    for (let count = 0; count < 3; count++) processor.onEnd(span());
    assert.deepEqual(
      [processor.tracker.snapshot().counted, processor.tracker.snapshot().failed, warn.callCount],
      [3, 0, 1],
    );
  });
});
