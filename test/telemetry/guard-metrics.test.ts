import assert from 'node:assert/strict';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import { BulkheadRegistry } from '../../src/bulkhead/registry.ts';
import { GuardMetrics } from '../../src/instrumentation/guard-metrics.ts';
import { BULKHEAD_METRIC } from '../../src/telemetry/bulkhead-metrics.ts';
import { TIMEOUT_METRIC } from '../../src/telemetry/timeout-metrics.ts';
import { AdaptiveTimeout } from '../../src/timeout/adaptive-timeout.ts';
import { type Collected, collect, pointsOf, TestReader } from '../support/collected.ts';
import { errorOf, HeldWork, settle } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';

const NAME = ['resilience.bulkhead.name'];
const OPERATION = ['resilience.operation'];

/** The contract: name, type, unit and attributes. */
const CONTRACT: readonly (readonly [name: string, type: string, unit: string, attributes: readonly string[]])[] = [
  ['resilience.bulkhead.calls', 'counter', '{call}', [...NAME, 'resilience.outcome', 'resilience.reason']],
  ['resilience.bulkhead.in_flight', 'updowncounter', '{call}', NAME],
  ['resilience.bulkhead.queued', 'updowncounter', '{call}', NAME],
  ['resilience.bulkhead.overrun', 'updowncounter', '{call}', NAME],
  ['resilience.bulkhead.limit', 'gauge', '{call}', NAME],
  ['resilience.bulkhead.queue.limit', 'gauge', '{call}', NAME],
  ['resilience.bulkhead.state', 'gauge', '', [...NAME, 'resilience.state']],
  [
    'resilience.bulkhead.transitions',
    'counter',
    '{transition}',
    [...NAME, 'resilience.state.from', 'resilience.state.to'],
  ],
  ['resilience.bulkhead.queue.duration', 'histogram', 's', NAME],
  ['resilience.bulkhead.run.duration', 'histogram', 's', NAME],
  ['resilience.timeout.calls', 'counter', '{call}', [...OPERATION, 'resilience.outcome']],
  ['resilience.timeout.limit', 'gauge', 's', OPERATION],
  ['resilience.timeout.late', 'counter', '{call}', OPERATION],
];

interface Histogram {
  readonly sum: number;
  readonly count: number;
  readonly buckets: { readonly boundaries: number[]; readonly counts: number[] };
}

describe('the metrics of guards', () => {
  let time: StoppedClock;

  beforeEach(() => {
    time = new StoppedClock();
  });

  afterEach(() => time.restore());

  it('are those of the contract, by name, type, unit and attributes', () => {
    const declared = [...Object.values(BULKHEAD_METRIC), ...Object.values(TIMEOUT_METRIC)].map(
      ({ name, type, unit, attributes }) => [name, type, unit, attributes] as const,
    );
    assert.deepEqual(declared, CONTRACT);
  });

  it('say each what they are', () => {
    for (const { name, description } of [...Object.values(BULKHEAD_METRIC), ...Object.values(TIMEOUT_METRIC)])
      assert.match(description, /^[A-Z0-9].{10,}\.$/, name);
  });

  it('of a bulkhead are there before its first call: counts at 0, limits, and one state of four', async () => {
    const bulkhead = new Bulkhead({ name: 'payment', maxConcurrent: 7, maxQueue: 3 });
    const collected = await collect(new GuardMetrics({ bulkheads: [bulkhead] }).metricProducer);
    assert.deepEqual(pointsOf(collected, 'resilience.bulkhead.calls'), {
      'payment success': 0,
      'payment failure': 0,
      'payment timeout': 0,
      'payment cancelled': 0,
      'payment rejected full': 0,
      'payment rejected queue_timeout': 0,
      'payment rejected isolated': 0,
      'payment rejected recovering': 0,
      'payment rejected shutdown': 0,
    });
    for (const name of ['in_flight', 'queued', 'overrun'])
      assert.deepEqual(pointsOf(collected, `resilience.bulkhead.${name}`), { payment: 0 }, name);
    assert.deepEqual(pointsOf(collected, 'resilience.bulkhead.limit'), { payment: 7 });
    assert.deepEqual(pointsOf(collected, 'resilience.bulkhead.queue.limit'), { payment: 3 });
    assert.deepEqual(pointsOf(collected, 'resilience.bulkhead.state'), {
      'payment healthy': 1,
      'payment degraded': 0,
      'payment isolated': 0,
      'payment recovering': 0,
    });
    for (const name of ['queue.duration', 'run.duration'])
      assert.equal((pointsOf(collected, `resilience.bulkhead.${name}`)['payment'] as Histogram).count, 0, name);
  });

  it('of a bulkhead tell what runs, waits and was rejected, and how long it waited and ran', async () => {
    const bulkhead = new Bulkhead({ name: 'payment', maxConcurrent: 1, maxQueue: 1, clock: time.clock });
    const { metricProducer } = new GuardMetrics({ bulkheads: [bulkhead] });
    const first = new HeldWork();
    const calls = [bulkhead.run(first.run), bulkhead.run(() => 2)];
    await errorOf(bulkhead.run(() => 3));
    const during = await collect(metricProducer);
    assert.deepEqual(pointsOf(during, 'resilience.bulkhead.in_flight'), { payment: 1 });
    assert.deepEqual(pointsOf(during, 'resilience.bulkhead.queued'), { payment: 1 });
    assert.equal(pointsOf(during, 'resilience.bulkhead.calls')['payment rejected full'], 1);
    time.pass(300);
    first.finish();
    await Promise.all(calls);
    const after = await collect(metricProducer);
    assert.equal(pointsOf(after, 'resilience.bulkhead.calls')['payment success'], 2);
    const histogram = (name: string): Histogram =>
      pointsOf(after, `resilience.bulkhead.${name}`)['payment'] as Histogram;
    assert.deepEqual([histogram('queue.duration').sum, histogram('queue.duration').count], [0.3, 1]);
    assert.deepEqual([histogram('run.duration').sum, histogram('run.duration').count], [0.3, 2]);
    const { boundaries, counts } = histogram('queue.duration').buckets;
    assert.equal(counts.length, boundaries.length + 1);
    assert.equal(counts[boundaries.findIndex((bound) => bound >= 0.3)], 1);
  });

  it('of a bulkhead count what runs on after its caller was answered', async () => {
    const bulkhead = new Bulkhead({ name: 'payment', clock: time.clock });
    const { metricProducer } = new GuardMetrics({ bulkheads: [bulkhead] });
    const work = new HeldWork();
    const call = errorOf(bulkhead.run(work.run, { timeout: 100 }));
    time.pass(100);
    await call;
    const during = await collect(metricProducer);
    assert.deepEqual(pointsOf(during, 'resilience.bulkhead.overrun'), { payment: 1 });
    assert.deepEqual(pointsOf(during, 'resilience.bulkhead.in_flight'), { payment: 1 });
    assert.equal(pointsOf(during, 'resilience.bulkhead.calls')['payment timeout'], 1);
    work.finish();
    await settle();
    assert.deepEqual(pointsOf(await collect(metricProducer), 'resilience.bulkhead.overrun'), { payment: 0 });
  });

  it('of a bulkhead follow its state, and count every transition', async () => {
    const bulkhead = new Bulkhead({ name: 'payment', recoveryTime: '10s', clock: time.clock });
    const { metricProducer } = new GuardMetrics({ bulkheads: [bulkhead] });
    bulkhead.isolate();
    time.pass(10_000);
    const collected = await collect(metricProducer);
    assert.deepEqual(pointsOf(collected, 'resilience.bulkhead.transitions'), {
      'payment healthy isolated': 1,
      'payment isolated recovering': 1,
    });
    assert.equal(pointsOf(collected, 'resilience.bulkhead.state')['payment recovering'], 1);
    assert.deepEqual(pointsOf(collected, 'resilience.bulkhead.limit'), { payment: 1 });
    bulkhead.isolate();
    assert.deepEqual(pointsOf(await collect(metricProducer), 'resilience.bulkhead.limit'), { payment: 0 });
  });

  it('of an operation tell how its calls ended, how long they may take and how many came late', async () => {
    const timeout = new AdaptiveTimeout({ clock: time.clock, watch: 0 });
    const { metricProducer } = new GuardMetrics({ timeouts: [timeout] });
    timeout.set('charge', 100);
    const late = new HeldWork();
    const cut = errorOf(timeout.run('charge', late.run));
    time.pass(100);
    await cut;
    late.finish();
    await settle();
    await timeout.run('charge', () => 1);
    await errorOf(timeout.run('charge', () => Promise.reject(new Error('failed'))));
    const collected = await collect(metricProducer);
    assert.deepEqual(pointsOf(collected, 'resilience.timeout.calls'), {
      'charge success': 1,
      'charge failure': 1,
      'charge timeout': 1,
      'charge cancelled': 0,
      'charge rejected': 0,
    });
    assert.deepEqual(pointsOf(collected, 'resilience.timeout.limit'), { charge: 0.1 });
    assert.deepEqual(pointsOf(collected, 'resilience.timeout.late'), { charge: 1 });
  });

  it('of guards of the same name are one series: counts added up, the longest limit', async () => {
    const bulkheads = [1, 2].map((maxConcurrent) => new Bulkhead({ name: 'payment', maxConcurrent }));
    const timeouts = [100, 200].map((limit) => {
      const timeout = new AdaptiveTimeout();
      timeout.set('charge', limit);
      timeout.record('charge', 5);
      return timeout;
    });
    for (const bulkhead of bulkheads) await bulkhead.run(() => 1);
    bulkheads[1]?.isolate();
    const collected = await collect(new GuardMetrics({ bulkheads, timeouts }).metricProducer);
    assert.equal(pointsOf(collected, 'resilience.bulkhead.calls')['payment success'], 2);
    assert.deepEqual(pointsOf(collected, 'resilience.bulkhead.limit'), { payment: 1 });
    const states = pointsOf(collected, 'resilience.bulkhead.state');
    assert.deepEqual([states['payment healthy'], states['payment isolated']], [1, 1]);
    assert.equal((pointsOf(collected, 'resilience.bulkhead.run.duration')['payment'] as Histogram).count, 2);
    assert.equal(pointsOf(collected, 'resilience.timeout.calls')['charge success'], 2);
    assert.deepEqual(pointsOf(collected, 'resilience.timeout.limit'), { charge: 0.2 });
    for (const { name, points } of collected)
      assert.equal(new Set(points.map(({ attributes }) => JSON.stringify(attributes))).size, points.length, name);
  });

  it('of bulkheads and operations that have left are gone from the producer', async () => {
    const registry = new BulkheadRegistry({ idleTime: '1m', clock: time.clock });
    const timeout = new AdaptiveTimeout({ maxOperations: 1, clock: time.clock });
    const { metricProducer } = new GuardMetrics({ bulkheads: [registry], timeouts: [timeout] });
    registry.get('payment');
    timeout.record('one', 5);
    const limits = async (): Promise<unknown[]> => {
      const collected = await collect(metricProducer);
      return ['bulkhead', 'timeout'].map((kind) => Object.keys(pointsOf(collected, `resilience.${kind}.limit`)));
    };
    assert.deepEqual(await limits(), [['payment'], ['one']]);
    time.pass(120_000);
    timeout.record('two', 5);
    registry.get('inventory');
    assert.deepEqual(await limits(), [['inventory'], ['two']]);
  });

  it('tell since when they count: anew for what left and came again', async () => {
    time.pass(1_000);
    const timeout = new AdaptiveTimeout({ maxOperations: 1, clock: time.clock });
    const { metricProducer } = new GuardMetrics({ timeouts: [timeout] });
    const starts = async (): Promise<number> => {
      const { resourceMetrics } = await metricProducer.collect();
      const [metric] = resourceMetrics.scopeMetrics[0]!.metrics;
      return metric!.dataPoints[0]!.startTime[0];
    };
    timeout.record('one', 5);
    const first = await starts();
    time.pass(5_000);
    assert.equal(await starts(), first);
    timeout.record('two', 5);
    await starts();
    timeout.record('one', 5);
    time.pass(5_000);
    assert.equal(await starts(), first + 6);
  });

  it('leave the same through the producer and through instruments, but for the histograms', async () => {
    const reader = new TestReader();
    const bulkhead = new Bulkhead({ name: 'payment', clock: time.clock });
    const timeout = new AdaptiveTimeout({ clock: time.clock });
    bulkhead.isolate();
    await timeout.run('charge', () => 1);
    const meterProvider = new MeterProvider({ readers: [reader] });
    const metrics = new GuardMetrics({ bulkheads: [bulkhead], timeouts: [timeout], meterProvider });
    const sorted = (all: readonly Collected[]): string[] =>
      all
        .filter(({ type }) => type !== 'histogram')
        .map((each) => JSON.stringify(each))
        .toSorted();
    assert.deepEqual(sorted(await collect(reader)), sorted(await collect(metrics.metricProducer)));
    await metrics.shutdown();
  });
});
