import assert from 'node:assert/strict';
import type { HrTime } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { Objective } from '../../src/sla/objective.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import type { HistogramValue } from '../../src/telemetry/metric-producer.ts';
import { collect, pointsOf, TestReader } from '../support/collected.ts';
import { hrTime, NOW, span, type SpanParts } from '../support/spans.ts';

const HOUR = 3_600_000;
const USUAL = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

class Shop {
  now = NOW;
  readonly processor: SlaSpanProcessor;

  constructor(options: SlaOptions = {}) {
    this.processor = new SlaSpanProcessor({ clock: () => this.now, ...options });
  }

  end(parts: SpanParts = {}): void {
    this.processor.onEnd(span({ endMillis: this.now, ...parts }));
  }

  async points(name: string): Promise<Record<string, unknown>> {
    return pointsOf(await collect(this.processor.metricProducer), name);
  }

  /** The histogram of the only series. */
  async durations(): Promise<HistogramValue> {
    const [value] = Object.values(await this.points('sla.duration'));
    return value as HistogramValue;
  }

  async startTimes(name: string): Promise<HrTime[]> {
    const { resourceMetrics } = await this.processor.metricProducer.collect();
    const all = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === name);
    return all.flatMap(({ dataPoints }) => dataPoints.map(({ startTime }) => startTime));
  }
}

const fast = (target: Objective['target'] & string, name = 'fast'): Objective => ({
  name,
  metric: 'response_time',
  target: target as '300ms',
});

describe('durations through the producer', () => {
  it('lie between the usual bounds, in seconds', async () => {
    const shop = new Shop();
    for (const durationMillis of [0, 5, 5.001, 300, 20_000]) shop.end({ durationMillis });
    const { buckets, sum, count } = await shop.durations();
    assert.deepEqual(buckets.boundaries, USUAL);
    assert.deepEqual(buckets.counts, [2, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual([sum, count], [20.310001, 5]);
  });

  it('have every response-time target as a bound, at which `le` holds exactly', async () => {
    const shop = new Shop({ objectives: [fast('300ms'), fast('123ms', 'faster'), fast('1s', 'usual')] });
    for (const durationMillis of [123, 123.001, 300, 300.001, 1000]) shop.end({ durationMillis });
    const { buckets } = await shop.durations();
    assert.deepEqual(
      buckets.boundaries,
      [...USUAL, 0.123, 0.3].toSorted((a, b) => a - b),
    );
    const under = (bound: number): number =>
      buckets.counts.slice(0, buckets.boundaries.indexOf(bound) + 1).reduce((sum, each) => sum + each, 0);
    assert.deepEqual([under(0.123), under(0.3), under(1)], [1, 3, 5]);
  });

  it('agree with the good events of the objective whose target is the bound', async () => {
    const shop = new Shop({ objectives: [fast('300ms')] });
    for (let tenth = 2_900; tenth <= 3_100; tenth++) shop.end({ durationMillis: tenth / 10 });
    const { buckets } = await shop.durations();
    const within = buckets.counts.slice(0, buckets.boundaries.indexOf(0.3) + 1).reduce((sum, each) => sum + each, 0);
    assert.deepEqual(await shop.points('sla.events'), { 'shop fast good': within, 'shop fast bad': 201 - within });
    assert.equal(within, 101);
  });

  it('begin anew, and say when, where a new target changes the bounds', async () => {
    const shop = new Shop();
    shop.end();
    shop.now += HOUR;
    shop.processor.tracker.setTarget(fast('300ms'));
    shop.end({ durationMillis: 300 });
    const { count, buckets } = await shop.durations();
    assert.deepEqual([count, buckets.boundaries.includes(0.3)], [1, true]);
    assert.deepEqual(await shop.startTimes('sla.duration'), [hrTime(NOW + HOUR)]);
    assert.deepEqual(await shop.startTimes('sla.requests'), [hrTime(NOW), hrTime(NOW)]);
    assert.deepEqual(await shop.points('sla.requests'), { 'shop GET server success': 2, 'shop GET server failure': 0 });
  });

  it('are one histogram a series, as the reader of the SDK takes them', async () => {
    const shop = new Shop();
    shop.end({ name: 'a' });
    shop.end({ name: 'b' });
    shop.end({ name: 'b' });
    const reader = new TestReader({ metricProducers: [shop.processor.metricProducer] });
    const provider = new MeterProvider({ readers: [reader] });
    const points = pointsOf(await collect(reader), 'sla.duration') as Record<string, HistogramValue>;
    assert.deepEqual(
      Object.entries(points).map(([series, { count }]) => [series, count]),
      [
        ['shop a server', 1],
        ['shop b server', 2],
      ],
    );
    await provider.shutdown();
  });

  it('are copies: what was collected does not change afterwards', async () => {
    const shop = new Shop();
    shop.end();
    const before = await shop.durations();
    const counts = [...before.buckets.counts];
    shop.end();
    await shop.durations();
    assert.deepEqual([before.count, before.buckets.counts], [1, counts]);
  });
});

describe('series through the producer', () => {
  it('leave after a day without a request, and their points with them', async () => {
    const shop = new Shop({
      objectives: [{ name: 'each', operation: '*', metric: 'availability', target: 0.9, window: '1h' }],
    });
    shop.end({ name: 'rare' });
    shop.end({ name: 'busy' });
    for (let hour = 0; hour < 25; hour++) {
      shop.now += HOUR;
      shop.end({ name: 'busy' });
      if (hour === 22) assert.equal('shop rare server success' in (await shop.points('sla.requests')), true);
    }
    for (const name of ['sla.requests', 'sla.duration', 'sla.events', 'sla.response_time', 'sla.target_ratio']) {
      assert.deepEqual(
        Object.keys(await shop.points(name)).filter((series) => series.includes('rare')),
        [],
        name,
      );
      assert.ok(
        Object.keys(await shop.points(name)).some((series) => series.includes('busy')),
        name,
      );
    }
    assert.deepEqual(await shop.points('resilience.processor.series'), { '': 1 });
  });

  it('begin again at 0, with a start time of their own, when they come back', async () => {
    const shop = new Shop();
    shop.end({ status: 'error' });
    shop.now += 48 * HOUR;
    await shop.points('sla.requests');
    shop.end();
    assert.deepEqual(await shop.points('sla.requests'), { 'shop GET server success': 1, 'shop GET server failure': 0 });
    assert.deepEqual(await shop.startTimes('sla.requests'), [hrTime(shop.now), hrTime(shop.now)]);
  });

  it('stay with observables, which the SDK would go on reporting for ever anyhow', async () => {
    const reader = new TestReader();
    const shop = new Shop({ meterProvider: new MeterProvider({ readers: [reader] }) });
    shop.end({ name: 'rare' });
    await collect(reader);
    shop.now += 48 * HOUR;
    shop.end({ name: 'busy' });
    assert.equal(pointsOf(await collect(reader), 'sla.requests')['shop rare server success'], 1);
  });

  it('keep an objective that names its service, though nothing comes for days', async () => {
    const shop = new Shop({
      objectives: [{ name: 'up', metric: 'availability', target: 0.9, service: 'shop', window: '1h' }],
    });
    shop.end();
    shop.now += 96 * HOUR;
    assert.deepEqual(await shop.points('sla.events'), { 'shop up good': 1, 'shop up bad': 0 });
  });
});

describe('a collection', () => {
  it('says since when its counters count, and when it was made', async () => {
    const shop = new Shop();
    shop.now += HOUR;
    shop.end();
    assert.deepEqual(
      await shop.startTimes('resilience.processor.spans'),
      Array.from({ length: 6 }, () => hrTime(NOW)),
    );
    assert.deepEqual(await shop.startTimes('sla.requests'), [hrTime(NOW + HOUR), hrTime(NOW + HOUR)]);
    const { resourceMetrics } = await shop.processor.metricProducer.collect();
    for (const { dataPoints } of resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)) {
      for (const { endTime } of dataPoints) assert.deepEqual(endTime, hrTime(NOW + HOUR));
    }
  });

  it('never rejects: what goes wrong stands among its errors', async () => {
    let broken = false;
    const processor = new SlaSpanProcessor({
      clock: () => {
        if (broken) throw new Error('clock');
        return NOW;
      },
    });
    broken = true;
    const { errors } = await processor.metricProducer.collect();
    assert.deepEqual(errors.map(String), ['Error: clock']);
  });
});
