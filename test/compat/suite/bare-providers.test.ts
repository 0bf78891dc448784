import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import { SlaSpanProcessor } from 'opentelemetry-resilience';
import { OtlpReceiver } from './otlp-receiver.ts';
import { durationsOf, only, type Readings } from './readings.ts';
import * as sdk from './sdk.ts';
import { figureNames, figures, objectives, orderDurations, request, trade } from './shop.ts';

const resource = sdk.resourceFromAttributes({ 'service.name': 'shop' });
const good = 'sla_events{sla_objective="availability",sla_outcome="good",sla_service="shop"}';
const bad = 'sla_events{sla_objective="availability",sla_outcome="bad",sla_service="shop"}';

describe('providers without NodeSDK', () => {
  let backend: OtlpReceiver;

  beforeEach(async () => {
    backend = await OtlpReceiver.start();
  });

  afterEach(async () => {
    await backend.stop();
  });

  /** Exports when it is told to, and only then. */
  function reader(...metricProducers: sdk.MetricProducer[]): sdk.PeriodicExportingMetricReader {
    const exporter = new sdk.OTLPMetricExporter({ url: backend.url('metrics') });
    return new sdk.PeriodicExportingMetricReader({ exporter, metricProducers, exportIntervalMillis: 86_400_000 });
  }

  it('export every figure through metricProducers, durations included', async () => {
    const sla = new SlaSpanProcessor({ objectives });
    const meters = new sdk.MeterProvider({ readers: [reader(sla.metricProducer)] });
    const tracers = new sdk.TracerProvider({ resource, spanProcessors: [sla] });
    trade(tracers.getTracer('shop'));
    await meters.forceFlush();
    assert.deepEqual(only(backend.latest, ...figureNames), figures);
    assert.deepEqual(durationsOf(backend.latest, 'POST /orders'), orderDurations);
    await Promise.all([tracers.shutdown(), meters.shutdown()]);
  });

  it('export every figure through the MeterProvider that is given', async () => {
    const meterProvider = new sdk.MeterProvider({ readers: [reader()] });
    const sla = new SlaSpanProcessor({ objectives, meterProvider });
    const tracers = new sdk.TracerProvider({ resource, spanProcessors: [sla] });
    trade(tracers.getTracer('shop'));
    await sla.forceFlush();
    assert.deepEqual(only(backend.latest, ...figureNames), figures);
    await Promise.all([tracers.shutdown(), meterProvider.shutdown()]);
  });

  it('record durations on an ordinary histogram where that is asked for, the target among its bounds', async () => {
    const meterProvider = new sdk.MeterProvider({ readers: [reader()] });
    const sla = new SlaSpanProcessor({ objectives, meterProvider, durationHistogram: 'instrument' });
    const tracers = new sdk.TracerProvider({ resource, spanProcessors: [sla] });
    trade(tracers.getTracer('shop'));
    await tracers.shutdown();
    // The SDK adds seconds up one by one, so the last digits of its sum differ.
    const rounded = Object.entries(durationsOf(backend.latest, 'POST /orders')).map(([series, value]) => [
      series,
      Number(value.toFixed(9)),
    ]);
    assert.deepEqual(Object.fromEntries(rounded), orderDurations);
    await meterProvider.shutdown();
  });

  it('show counters at 0 before the first span', async () => {
    const sla = new SlaSpanProcessor({ objectives });
    const meterProvider = new sdk.MeterProvider({ readers: [reader(sla.metricProducer)] });
    await meterProvider.forceFlush();
    assert.deepEqual(only(backend.latest, 'sla_events', 'sla_violations', 'sla_compliance_ratio'), atZero);
    await meterProvider.shutdown();

    const given = new sdk.MeterProvider({ readers: [reader()] });
    const other = new SlaSpanProcessor({ objectives, meterProvider: given });
    await other.forceFlush();
    assert.deepEqual(only(backend.latest, 'sla_events', 'sla_violations', 'sla_compliance_ratio'), atZero);
    await given.shutdown();
  });

  describe('with a global MeterProvider', () => {
    it('find one that is registered first', async () => {
      const meters = new sdk.MeterProvider({ readers: [reader()] });
      metrics.setGlobalMeterProvider(meters);
      const tracers = new sdk.TracerProvider({ resource, spanProcessors: [new SlaSpanProcessor({ objectives })] });
      trade(tracers.getTracer('shop'));
      await tracers.shutdown();
      assert.deepEqual(only(backend.latest, ...figureNames), figures);
      await meters.shutdown();
    });

    it('find one that is registered after the first spans, and lose none of them', async () => {
      const tracers = new sdk.TracerProvider({ resource, spanProcessors: [new SlaSpanProcessor({ objectives })] });
      const tracer = tracers.getTracer('shop');
      const now = Date.now();
      request(tracer, 'POST /orders', { endedAt: now - 2_000 });
      request(tracer, 'POST /orders', { endedAt: now - 2_000, status: 500 });
      const meters = new sdk.MeterProvider({ readers: [reader()] });
      metrics.setGlobalMeterProvider(meters);
      request(tracer, 'POST /orders', { endedAt: now });
      await meters.forceFlush();
      assert.deepEqual([backend.latest[good], backend.latest[bad]], [2, 1]);
      await Promise.all([tracers.shutdown(), meters.shutdown()]);
    });

    it('export the last interval though no span came after its registration', async () => {
      const tracers = new sdk.TracerProvider({ resource, spanProcessors: [new SlaSpanProcessor({ objectives })] });
      trade(tracers.getTracer('shop'));
      const meters = new sdk.MeterProvider({ readers: [reader()] });
      metrics.setGlobalMeterProvider(meters);
      await tracers.shutdown();
      assert.deepEqual(only(backend.latest, ...figureNames), figures);
      await meters.shutdown();
    });

    it('report nothing twice where the producer is in use', async () => {
      const sla = new SlaSpanProcessor({ objectives });
      const meters = new sdk.MeterProvider({ readers: [reader(sla.metricProducer)] });
      metrics.setGlobalMeterProvider(meters);
      const tracers = new sdk.TracerProvider({ resource, spanProcessors: [sla] });
      trade(tracers.getTracer('shop'));
      await tracers.shutdown();
      assert.deepEqual(only(backend.latest, ...figureNames), figures);
      await meters.shutdown();
    });
  });

  it('count nothing more after the shutdown', async () => {
    const sla = new SlaSpanProcessor({ objectives });
    const tracers = new sdk.TracerProvider({ resource, spanProcessors: [sla] });
    const tracer = tracers.getTracer('shop');
    request(tracer);
    await tracers.shutdown();
    request(tracer);
    assert.equal(sla.tracker.report('shop').services[0]?.requests, 1);
  });
});

const atZero: Readings = {
  'sla_events{sla_objective="availability",sla_outcome="bad",sla_service="shop"}': 0,
  'sla_events{sla_objective="availability",sla_outcome="good",sla_service="shop"}': 0,
  'sla_events{sla_objective="latency",sla_outcome="bad",sla_service="shop"}': 0,
  'sla_events{sla_objective="latency",sla_outcome="good",sla_service="shop"}': 0,
  'sla_events{sla_objective="payments",sla_outcome="bad",sla_service="payment"}': 0,
  'sla_events{sla_objective="payments",sla_outcome="good",sla_service="payment"}': 0,
  'sla_violations{sla_metric="availability",sla_objective="availability",sla_service="shop"}': 0,
  'sla_violations{sla_metric="response_time",sla_objective="latency",sla_service="shop"}': 0,
  'sla_violations{sla_metric="error_rate",sla_objective="payments",sla_service="payment"}': 0,
};
