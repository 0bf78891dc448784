import assert from 'node:assert/strict';
import { diag, type MeterProvider as AnyProvider, metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';
import { endingSpan, NOW, request, span, tracerWith } from '../support/spans.ts';
import { talliesOf } from '../support/verdict.ts';

/** A MeterProvider whose flush does what it is told to. */
function flushing(forceFlush: () => unknown): AnyProvider {
  return Object.assign(new MeterProvider(), { forceFlush });
}

const FAILING: readonly (readonly [fact: string, flush: () => unknown])[] = [
  ['rejects', () => Promise.reject(new Error('flush'))],
  [
    'throws',
    () => {
      throw new Error('flush');
    },
  ],
  ['returns nothing', () => undefined],
];

describe('shutdown', () => {
  afterEach(() => {
    metrics.disable();
    restore();
  });

  it('makes the processor inert: nothing is counted and nothing is written any more', async () => {
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      objectives: [{ metric: 'availability', target: 0.9, minEvents: 1 }],
    });
    processor.onEnd(span());
    await processor.shutdown();
    const before = talliesOf(processor.tracker);
    const ending = endingSpan({ status: 'error' });
    processor.onStart(ending, undefined);
    processor.onEnding(ending);
    processor.onEnd(ending);
    processor.onEnd(null as unknown as typeof ending);
    assert.deepEqual([ending.written, ending.attributes, talliesOf(processor.tracker)], [[], {}, before]);
  });

  it('is effective at once, before its promise resolves', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    const done = processor.shutdown();
    processor.onEnd(span());
    assert.equal(processor.tracker.snapshot().counted, 0);
    return done;
  });

  it('leaves what was counted readable', async () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    processor.onEnd(span());
    await processor.shutdown();
    assert.equal(processor.tracker.report().services[0]?.requests, 1);
    assert.equal((await processor.metricProducer.collect()).errors.length, 0);
  });

  it('flushes once, however often it is called, and every call waits for it', async () => {
    let [finish, flushes, finished] = [(): void => undefined, 0, 0];
    const meterProvider = flushing(() => {
      flushes++;
      return new Promise<void>((resolve) => (finish = resolve));
    });
    const processor = new SlaSpanProcessor({ meterProvider });
    const all = [processor.shutdown(), processor.shutdown(), processor[Symbol.asyncDispose]()].map((each) =>
      each.then(() => finished++),
    );
    await Promise.resolve();
    assert.deepEqual([flushes, finished], [1, 0]);
    finish();
    await Promise.all(all);
    await processor.shutdown();
    assert.deepEqual([flushes, finished], [1, 3]);
  });

  it('leaves a tracker that is fed elsewhere as well alone', async () => {
    const tracker = new SlaTracker({ clock: () => NOW });
    const processor = new SlaSpanProcessor(tracker);
    assert.equal(processor.tracker, tracker);
    processor.onEnd(span());
    await processor.shutdown();
    tracker.record({ service: 'shop', operation: 'GET', success: true, durationMillis: 1 });
    assert.equal(tracker.report().services[0]?.requests, 2);
  });

  it('exports the last interval, which a reader would otherwise lose', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const processor = new SlaSpanProcessor({ clock: () => NOW, meterProvider });
    const tracer = tracerWith([processor]);
    for (let count = 0; count < 7; count++) request(tracer);
    await processor.shutdown();
    const exported =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    const requests = exported.find(({ descriptor }) => descriptor.name === 'sla.requests');
    assert.deepEqual(
      requests?.dataPoints.map(({ value }) => value),
      [7, 0],
    );
    await meterProvider.shutdown();
  });
});

describe('forceFlush', () => {
  afterEach(() => {
    metrics.disable();
    restore();
  });

  it('flushes the given MeterProvider each time, also at once, and not after shutdown', async () => {
    let flushes = 0;
    const processor = new SlaSpanProcessor({ meterProvider: flushing(() => Promise.resolve(flushes++)) });
    await Promise.all([processor.forceFlush(), processor.forceFlush(), processor.forceFlush()]);
    assert.equal(flushes, 3);
    await processor.shutdown();
    await processor.forceFlush();
    assert.equal(flushes, 4);
  });

  it('flushes the global MeterProvider where none is given', async () => {
    let flushes = 0;
    metrics.setGlobalMeterProvider(flushing(() => Promise.resolve(flushes++)));
    await new SlaSpanProcessor().forceFlush();
    assert.equal(flushes, 1);
  });

  it('resolves where there is no MeterProvider, or one that cannot be flushed', async () => {
    await new SlaSpanProcessor().forceFlush();
    const provider = new MeterProvider();
    await new SlaSpanProcessor({ meterProvider: { getMeter: (name) => provider.getMeter(name) } }).forceFlush();
  });

  it('goes on counting', async () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    await processor.forceFlush();
    processor.onEnd(span());
    assert.equal(processor.tracker.snapshot().counted, 1);
  });
});

describe('a flush of the MeterProvider', () => {
  afterEach(() => restore());

  for (const [fact, flush] of FAILING) {
    it(`that ${fact} rejects neither forceFlush nor shutdown`, async () => {
      const warn = stub(diag, 'warn');
      const processor = new SlaSpanProcessor({ meterProvider: flushing(flush) });
      await processor.forceFlush();
      await processor.shutdown();
      await processor.shutdown();
      assert.equal(warn.callCount, fact === 'returns nothing' ? 0 : 1);
    });
  }

  it('that rejects is survived even where the logger throws', async () => {
    stub(diag, 'warn').throws(new Error('logger'));
    const processor = new SlaSpanProcessor({ meterProvider: flushing(() => Promise.reject(new Error('flush'))) });
    await processor.forceFlush();
    await processor.shutdown();
  });
});
