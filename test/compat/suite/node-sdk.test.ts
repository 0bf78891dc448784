import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import { SlaSpanProcessor } from 'opentelemetry-resilience';
import { freePort } from './free-port.ts';
import { OtlpReceiver } from './otlp-receiver.ts';
import { durationsOf, only, readingsOfScrape } from './readings.ts';
import * as sdk from './sdk.ts';
import { figureNames, figures, objectives, orderDurations, trade } from './shop.ts';

const resource = sdk.resourceFromAttributes({ 'service.name': 'shop' });
/** So long that whatever is exported was exported by a flush or by the shutdown. */
const never = { exportIntervalMillis: 86_400_000 };

describe('NodeSDK', () => {
  let backend: OtlpReceiver;

  beforeEach(async () => {
    backend = await OtlpReceiver.start();
  });

  afterEach(async () => {
    await backend.stop();
  });

  for (const { kind, exporting } of [
    { kind: 'BatchSpanProcessor', exporting: sdk.batch },
    { kind: 'SimpleSpanProcessor', exporting: sdk.simple },
  ]) {
    it(`keeps the user's ${kind}, whose exporter sends what the processor wrote on the spans`, async () => {
      // The simple processor exports every span by itself, all at once here.
      const otlp = new sdk.OTLPTraceExporter({ url: backend.url('traces'), concurrencyLimit: 100 });
      const exporter = exporting(otlp);
      const spanProcessors = [exporter, new SlaSpanProcessor({ objectives })];
      const node = new sdk.NodeSDK({ resource, spanProcessors, metricReaders: [], logRecordProcessors: [] });
      node.start();
      trade(trace.getTracer('shop'));
      // At its own shutdown the simple processor does not wait for what it is still sending.
      await exporter.forceFlush();
      await node.shutdown();
      assert.equal(backend.spans.length, 96);
      assert(backend.spans.every(({ service }) => service === 'shop'));
      const marked = backend.spans.filter(({ attributes }) => attributes['sla.violated']);
      assert.equal(marked.filter(({ name }) => name === 'POST /orders').length, 5);
      assert.equal(marked.filter(({ name }) => name === 'POST').length, 1);
      assert.equal(marked.length, 6);
    });
  }

  for (const { way, withProducer } of [
    { way: 'through metricProducers', withProducer: true },
    { way: 'through the MeterProvider that it registers', withProducer: false },
  ]) {
    it(`exports the last interval's metrics at its shutdown, ${way}`, async () => {
      const sla = new SlaSpanProcessor({ objectives });
      const exporter = new sdk.OTLPMetricExporter({ url: backend.url('metrics') });
      const metricProducers = withProducer ? [sla.metricProducer] : [];
      const reader = new sdk.PeriodicExportingMetricReader({ exporter, metricProducers, ...never });
      const node = new sdk.NodeSDK({
        resource,
        spanProcessors: [sla],
        metricReaders: [reader],
        logRecordProcessors: [],
      });
      node.start();
      trade(trace.getTracer('shop'));
      assert.deepEqual(backend.metrics, []);
      await node.shutdown();
      assert.deepEqual(only(backend.latest, ...figureNames), figures);
    });

    it(`is scraped by Prometheus, ${way}`, async () => {
      const sla = new SlaSpanProcessor({ objectives });
      const port = await freePort();
      const metricProducers = withProducer ? [sla.metricProducer] : [];
      const prometheus = new sdk.PrometheusExporter({ host: '127.0.0.1', port, metricProducers });
      const node = new sdk.NodeSDK({
        resource,
        // The exporter reads the resource's attributes without waiting for those that are still being found out.
        autoDetectResources: false,
        spanProcessors: [sla],
        metricReaders: [prometheus],
        logRecordProcessors: [],
      });
      node.start();
      // Resolves once the server that its constructor started listens.
      await prometheus.startServer();
      trade(trace.getTracer('shop'));
      const response = await fetch(`http://127.0.0.1:${port}/metrics`);
      const readings = readingsOfScrape(await response.text());
      await node.shutdown();
      assert.deepEqual(only(readings, ...figureNames), figures);
      assert.deepEqual(durationsOf(readings, 'POST /orders'), withProducer ? orderDurations : {});
    });
  }

  it('may be shut down before anything was counted, and twice', async () => {
    const sla = new SlaSpanProcessor({ objectives });
    const exporter = new sdk.OTLPMetricExporter({ url: backend.url('metrics') });
    const reader = new sdk.PeriodicExportingMetricReader({ exporter, metricProducers: [sla.metricProducer], ...never });
    const node = new sdk.NodeSDK({ resource, spanProcessors: [sla], metricReaders: [reader], logRecordProcessors: [] });
    node.start();
    await node.shutdown();
    await sla.shutdown();
    assert.equal(backend.latest['sla_events{sla_objective="availability",sla_outcome="good",sla_service="shop"}'], 0);
  });
});
