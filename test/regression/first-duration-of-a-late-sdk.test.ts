import assert from 'node:assert/strict';
import { metrics, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createResilience } from '../../src/resilience.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { collect, pointsOf, TestReader } from '../support/collected.ts';
import { NOW, span } from '../support/spans.ts';

describe('an SDK that is set up long after the processor was made', () => {
  let reader: TestReader;

  beforeEach(() => {
    reader = new TestReader();
  });

  afterEach(() => {
    metrics.disable();
    trace.disable();
  });

  it('is told the duration of the first span too, where durations are recorded on an instrument', async () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW, durationHistogram: 'instrument' });
    await Promise.resolve();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    processor.onEnd(span());
    const durations = (await collect(reader)).find(({ name }) => name === 'sla.duration');
    assert.equal(durations?.points.length, 1);
  });

  for (const order of ['before', 'after']) {
    it(`has counters at 0 before its first span, its MeterProvider registered ${order} its TracerProvider`, async () => {
      const resilience = createResilience({
        sla: { objectives: [{ name: 'up', service: 'shop', metric: 'availability', target: 0.9 }] },
      });
      await Promise.resolve();
      const register = (): boolean => metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
      if (order === 'before') register();
      resilience.instrumentation.setTracerProvider(new BasicTracerProvider());
      if (order === 'after') register();
      await Promise.resolve();
      assert.deepEqual(pointsOf(await collect(reader), 'sla.events'), { 'shop up good': 0, 'shop up bad': 0 });
      await resilience.shutdown();
    });
  }
});
