import assert from 'node:assert/strict';
import { createNoopMeter, diag, type MeterProvider as AnyProvider, metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { restore, stub } from 'sinon';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import { GuardMetrics, type MeasuredGuard } from '../../src/instrumentation/guard-metrics.ts';
import { AdaptiveTimeout } from '../../src/timeout/adaptive-timeout.ts';
import { collect, pointsOf, TestReader } from '../support/collected.ts';
import { settle } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';

function globalReader(): TestReader {
  const reader = new TestReader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return reader;
}

describe('GuardMetrics', () => {
  let time: StoppedClock;
  const bulkhead = new Bulkhead({ name: 'payment' });

  beforeEach(() => {
    time = new StoppedClock();
  });

  afterEach(() => {
    metrics.disable();
    restore();
    time.restore();
  });

  const limits = async (source: Parameters<typeof collect>[0]): Promise<unknown> =>
    pointsOf(await collect(source), 'resilience.bulkhead.limit');

  it('makes instruments on the global MeterProvider that is set up in the same go, before or after', async () => {
    const guards = new GuardMetrics({ bulkheads: [bulkhead] });
    const reader = globalReader();
    await settle();
    assert.deepEqual(await limits(reader), { payment: 10 });
    await guards.shutdown();
  });

  it('makes them when the global MeterProvider comes later, and stops looking then', async () => {
    const guards = new GuardMetrics({ bulkheads: [bulkhead] });
    await settle();
    time.pass(10_000);
    const reader = globalReader();
    time.pass(30_000);
    assert.deepEqual(await limits(reader), { payment: 10 });
    assert.equal(time.timers, 0);
    await guards.shutdown();
  });

  it('says nothing there where the producer is asked for before it was read: nothing is reported twice', async () => {
    const reader = globalReader();
    const guards = new GuardMetrics({ bulkheads: [bulkhead] });
    await settle();
    const { metricProducer } = guards;
    assert.deepEqual(await limits(reader), {});
    assert.deepEqual(await limits(metricProducer), { payment: 10 });
    assert.equal(time.timers, 0);
    await guards.shutdown();
    assert.deepEqual(await limits(reader), {});
  });

  it('warns where the producer is asked for after that', async () => {
    const warn = stub(diag, 'warn');
    const reader = globalReader();
    const guards = new GuardMetrics({ bulkheads: [bulkhead] });
    await settle();
    await limits(reader);
    assert.deepEqual(await limits(guards.metricProducer), { payment: 10 });
    assert.deepEqual(await limits(reader), { payment: 10 });
    assert.match(String(warn.args), /metrics of guards leave twice/);
    await guards.shutdown();
  });

  it('makes them on a given MeterProvider at once, and never on the global one', async () => {
    const global = globalReader();
    const reader = new TestReader();
    const guards = new GuardMetrics({ bulkheads: [bulkhead], meterProvider: new MeterProvider({ readers: [reader] }) });
    time.pass(1_000);
    assert.deepEqual(await limits(reader), { payment: 10 });
    assert.deepEqual(await limits(global), {});
    await guards.shutdown();
  });

  it('adds a guard once, until that is disposed, and refuses what is none', async () => {
    const guards = new GuardMetrics();
    const { metricProducer } = guards;
    const added = guards.add(bulkhead);
    guards.add(bulkhead);
    guards.add(new AdaptiveTimeout());
    assert.deepEqual(await limits(metricProducer), { payment: 10 });
    added[Symbol.dispose]();
    assert.deepEqual(await limits(metricProducer), {});
    for (const none of [undefined, null, {}, () => {}] as unknown as MeasuredGuard[])
      assert.throws(() => guards.add(none), TypeError);
  });

  it('exports the last metrics when it is shut down, and observes no more', async () => {
    const reader = globalReader();
    const guards = new GuardMetrics({ bulkheads: [bulkhead] });
    await Promise.all([guards.shutdown(), guards.shutdown()]);
    assert.equal(reader.flushes, 1);
    assert.deepEqual(await limits(reader), {});
    assert.deepEqual(await limits(guards.metricProducer), {});
    assert.equal(time.timers, 0);
    await using _ = guards;
  });

  it('makes only instruments that are observed, so that a call records nothing', async () => {
    const reader = new TestReader();
    const meter = new MeterProvider({ readers: [reader] }).getMeter('any');
    const made = (['createCounter', 'createUpDownCounter', 'createGauge', 'createHistogram'] as const).map((name) =>
      stub(meter, name).throws(),
    );
    const guards = new GuardMetrics({ bulkheads: [bulkhead], meterProvider: { getMeter: () => meter } });
    await bulkhead.run(() => 1);
    assert.deepEqual(
      made.map(({ callCount }) => callCount),
      [0, 0, 0, 0],
    );
    await guards.shutdown();
  });

  it('harms nobody where the MeterProvider throws, and tells it once', async () => {
    const warn = stub(diag, 'warn');
    const boom = (): never => {
      throw new Error('meter');
    };
    for (const meterProvider of [
      { getMeter: boom },
      { getMeter: () => null },
      { getMeter: createNoopMeter, forceFlush: boom },
    ] as unknown as AnyProvider[]) {
      warn.resetHistory();
      await new GuardMetrics({ bulkheads: [bulkhead], meterProvider }).shutdown();
      assert.ok(warn.callCount <= 1);
    }
  });

  it('gives an error to the reader where a guard cannot be read, and throws nothing', async () => {
    const guards = new GuardMetrics({ bulkheads: [bulkhead] });
    const { metricProducer } = guards;
    stub(bulkhead, 'name').get(() => {
      throw new Error('name');
    });
    const { errors, resourceMetrics } = await metricProducer.collect();
    assert.match(String(errors), /name/);
    assert.deepEqual(resourceMetrics.scopeMetrics[0]?.metrics, []);
  });

  it('keeps no process alive while it looks for a MeterProvider', async () => {
    time.restore();
    await settle();
    const before = process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    const guards = new GuardMetrics();
    await settle();
    assert.equal(process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length, before);
    return guards.shutdown();
  });
});
