import assert from 'node:assert/strict';
import { diag, metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { collect, pointsOf, TestReader } from '../support/collected.ts';
import { NOW, span } from '../support/spans.ts';

const UP: Objective = { name: 'up', service: 'shop', metric: 'availability', target: 0.9 };

/** A processor, and after it, as in an SDK's set-up, the global MeterProvider. */
async function setUp(): Promise<{ processor: SlaSpanProcessor; reader: TestReader }> {
  const processor = new SlaSpanProcessor({ clock: () => NOW, objectives: [UP] });
  const reader = new TestReader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  await Promise.resolve();
  return { processor, reader };
}

describe('a process that has had no span', () => {
  afterEach(() => {
    metrics.disable();
    restore();
  });

  it('reports its counters at 0 through the global MeterProvider', async () => {
    const { reader } = await setUp();
    assert.deepEqual(pointsOf(await collect(reader), 'sla.events'), { 'shop up good': 0, 'shop up bad': 0 });
  });

  it('reports nothing there once the producer has been asked for', async () => {
    const { processor, reader } = await setUp();
    const { metricProducer } = processor;
    processor.onEnd(span());
    assert.deepEqual(await collect(reader), []);
    assert.deepEqual(pointsOf(await collect(metricProducer), 'sla.events'), { 'shop up good': 1, 'shop up bad': 0 });
  });

  it('warns once where the producer is asked for after the metrics have been read', async () => {
    const warn = stub(diag, 'warn');
    const { processor, reader } = await setUp();
    await collect(reader);
    warn.resetHistory();
    assert.equal(processor.metricProducer, processor.metricProducer);
    assert.equal(warn.callCount, 1);
    assert.match(warn.firstCall.args[0], /metrics leave twice/);
  });

  it('makes no instruments where it is shut down at once', async () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    const done = processor.shutdown();
    const reader = new TestReader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    await done;
    assert.deepEqual(await collect(reader), []);
  });
});
