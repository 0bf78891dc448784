import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { diag, DiagLogLevel, metrics } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { openPrometheusEndpoint, prometheusPackages } from '../../src/register/prometheus-endpoint.ts';
import { NOW, span } from '../support/spans.ts';

const packages = prometheusPackages([process.cwd()])!;
const resource = resourceFromAttributes({ 'service.name': 'shop' });

/** A port of this machine that is free, and one that is in use until the test has ended. */
async function ports(): Promise<{ free: number; used: number } & Disposable> {
  const [gone, stays] = [createServer(), createServer()];
  for (const server of [gone, stays]) await once(server.listen(0, 'localhost'), 'listening');
  const [free = 0, used = 0] = [gone, stays].map((server) => (server.address() as AddressInfo).port);
  await once(gone.close(), 'close');
  return { free, used, [Symbol.dispose]: () => void stays.close() };
}

async function scrape(port: number, path = '/metrics'): Promise<{ status: number | undefined; body: string }> {
  const agent = new Agent({ keepAlive: false });
  const [response] = (await once(get({ host: 'localhost', port, path, agent }), 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe('the Prometheus endpoint', () => {
  let told: string[];
  let given: Awaited<ReturnType<typeof ports>>;
  let endpoint: Disposable | undefined;

  beforeEach(async () => {
    given = await ports();
    told = [];
    const note = (sentence: string): void => void told.push(sentence);
    const silent = (): void => undefined;
    const logger = { error: note, warn: note, info: silent, debug: silent, verbose: silent };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });

  afterEach(() => {
    endpoint?.[Symbol.dispose]();
    given[Symbol.dispose]();
    metrics.disable();
    diag.disable();
  });

  it('serves our metrics and those of the application, of the resource of the SDK', async () => {
    const sla = new SlaSpanProcessor({ clock: () => NOW });
    sla.onEnd(span());
    endpoint = openPrometheusEndpoint(packages, { port: given.free }, () => sla.metricProducer, resource);
    metrics.getMeter('app').createCounter('orders').add(3);
    const { status, body } = await scrape(given.free);
    assert.equal(status, 200);
    assert.match(body, /^target_info\{.*service_name="shop".*\} 1$/m);
    assert.match(body, /^sla_requests_total\{.*sla_result="success".*\} 1$/m);
    assert.match(body, /^sla_duration_count\{.*\} 1$/m);
    assert.match(body, /^orders_total(\{.*\})? 3$/m);
    assert.equal((await scrape(given.free, '/other')).status, 404);
    assert.deepEqual(told, []);
  });

  it('is not opened where metrics leave already', async () => {
    const provider = new MeterProvider();
    metrics.setGlobalMeterProvider(provider);
    const sla = new SlaSpanProcessor();
    endpoint = openPrometheusEndpoint(packages, { port: given.free }, () => sla.metricProducer, resource);
    assert.equal(metrics.getMeterProvider(), provider);
    await assert.rejects(scrape(given.free), { code: 'ECONNREFUSED' });
  });

  it('tells once that its port is in use', async () => {
    const sla = new SlaSpanProcessor();
    endpoint = openPrometheusEndpoint(packages, { port: given.used }, () => sla.metricProducer, undefined);
    await assert.rejects(scrape(given.free), { code: 'ECONNREFUSED' });
    assert.deepEqual(told, [
      `opentelemetry-resilience: no Prometheus endpoint at localhost:${given.used}, for the port is in use. Give this process another: metrics.prometheus.port.`,
    ]);
  });

  it('tells that it could not be made', () => {
    const PrometheusExporter = function (): never {
      throw new Error('exporter');
    } as unknown as (typeof packages)['PrometheusExporter'];
    const sla = new SlaSpanProcessor();
    openPrometheusEndpoint({ ...packages, PrometheusExporter }, {}, () => sla.metricProducer, undefined);
    assert.deepEqual(told, ['opentelemetry-resilience: the Prometheus endpoint could not be made. Error: exporter']);
  });
});

describe('the packages of the Prometheus endpoint', () => {
  it('are found from where the package is, when the application has none', () => {
    assert.equal(typeof prometheusPackages([tmpdir()])?.PrometheusExporter, 'function');
  });
});
