/**
 * One file, wired by hand: what is promised, in the file itself and in OpenSLO documents beside it, and what is guarded.
 * Then the promise is tightened while requests are counted, and nothing counted is lost.
 */
import { metrics, SpanKind } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { ConfigurationError, createResilience, loadConfig } from 'opentelemetry-resilience';

const config = await loadConfig(new URL('config/resilience.yaml', import.meta.url).pathname);
const resilience = createResilience(config);

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, metricProducers: [resilience.metricProducer] });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'checkout' }),
  sampler: resilience.sampler(new AlwaysOffSampler()),
  spanProcessors: [resilience.spanProcessor],
});

const tracer = provider.getTracer('example');
for (let order = 0; order < 500; order++) {
  const attributes = { 'http.request.method': 'POST', 'http.route': '/orders' };
  const span = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER, attributes });
  span.setAttribute('http.response.status_code', order % 100 === 0 ? 500 : 201);
  span.end();
}

function show(title: string): void {
  console.log(title);
  const parts = resilience.report().services.flatMap((service) => [service, ...service.operations]);
  for (const { service, objectives } of parts)
    for (const { name, target, status, good, bad } of objectives)
      console.log(`  ${service}: ${name}, target ${target}: ${status}, ${good} good and ${bad} bad`);
}

show('as the file says:');
const objectives = (config.sla?.objectives ?? []).map((each) =>
  each.metric === 'availability' ? { ...each, target: 0.999 } : each,
);
resilience.apply({ ...config, sla: { ...config.sla, objectives } });
show('with a tighter promise:');

try {
  resilience.apply({ sla: { objectives: [{ metric: 'availability', target: 99.9 }] } });
} catch (error) {
  if (error instanceof ConfigurationError) console.log(`refused, and all stays as it was:\n  ${error.message}`);
}
await resilience.shutdown();
