import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diag, DiagLogLevel, SpanKind } from '@opentelemetry/api';
import { BasicTracerProvider, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { stub } from 'sinon';
import { ConfigurationError, createResilience, type Resilience, type ResilienceConfig } from '../src/index.ts';

describe('createResilience', () => {
  let resilience: Resilience | undefined;
  let server: Server;
  let url: string;

  const make = (config: ResilienceConfig): Resilience => (resilience = createResilience(config));
  const serve = (made: Resilience, spans: number): void => {
    const provider = new BasicTracerProvider({
      sampler: made.sampler(new TraceIdRatioBasedSampler(0)),
      spanProcessors: [made.spanProcessor],
    });
    const tracer = provider.getTracer('test');
    for (let count = 0; count < spans; count++) tracer.startSpan('GET', { kind: SpanKind.SERVER }).end();
  };
  const availability = { metric: 'availability' as const, target: 0.9, name: 'promise' };

  before(async () => {
    server = createServer((_request, response) => void response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    await resilience?.shutdown();
    resilience = undefined;
    diag.disable();
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it('counts every span, sampled or not, and guards the calls of clients, without more', async () => {
    const made = make({
      sla: { objectives: [availability] },
      guards: [
        { match: { service: '127.0.0.1:*' }, name: 'here', bulkhead: { maxConcurrent: 3 }, timeout: 'adaptive' },
      ],
    });
    serve(made, 20);
    assert.equal(await (await fetch(url)).text(), 'ok');
    const { services, bulkheads, timeouts } = made.report();
    assert.deepEqual(
      services.map(({ requests, objectives }) => [requests, objectives[0]?.name, objectives[0]?.status]),
      [[20, 'promise', 'met']],
    );
    assert.deepEqual(
      bulkheads.map(({ name, maxConcurrent, calls }) => [name, maxConcurrent, calls.success]),
      [['here', 3, 1]],
    );
    assert.deepEqual(
      timeouts.map(({ operation, calls }) => [operation, calls.success]),
      [['here GET', 1]],
    );
    assert.equal(made.bulkheads.get('here').snapshot().calls.success, 1);
  });

  it('has all metrics in one producer', async () => {
    const made = make({ guards: [{ match: { service: '*' }, name: 'here', bulkhead: {} }] });
    serve(made, 1);
    await (await fetch(url)).text();
    const { resourceMetrics, errors } = await made.metricProducer.collect();
    assert.deepEqual(errors, []);
    assert.equal(made.metricProducer, made.metricProducer);
    assert.equal(resourceMetrics.scopeMetrics.length, 1);
    const names = resourceMetrics.scopeMetrics[0]!.metrics.map(({ descriptor }) => descriptor.name);
    for (const name of ['sla.requests', 'resilience.processor.spans', 'resilience.bulkhead.calls'])
      assert.ok(names.includes(name), name);
  });

  it('swaps objectives and guards while everything runs, and loses no counts', async () => {
    const bulkhead = { maxConcurrent: 3 };
    const made = make({
      sla: { objectives: [availability] },
      guards: [{ match: { service: '*' }, name: 'here', bulkhead }],
    });
    serve(made, 20);
    await (await fetch(url)).text();
    made.apply({
      sla: { objectives: [{ ...availability, target: 0.99 }] },
      guards: [{ match: { service: '*' }, name: 'here', bulkhead: { maxConcurrent: 4 } }],
    });
    await (await fetch(url)).text();
    const { services, bulkheads } = made.report();
    assert.deepEqual([services[0]?.objectives[0]?.target, services[0]?.objectives[0]?.good], [0.99, 20]);
    assert.deepEqual([bulkheads[0]?.maxConcurrent, bulkheads[0]?.calls.success], [4, 2]);
    made.apply({});
    await (await fetch(url)).text();
    assert.deepEqual(made.report().services[0]?.objectives, []);
    assert.equal(made.bulkheads.get('here').snapshot().calls.success, 2, 'nothing is guarded any more');
  });

  it('keeps what it had where the new configuration is wrong, and names every problem', () => {
    const made = make({ sla: { objectives: [availability] } });
    serve(made, 20);
    const wrong = { sla: { objectives: [{ ...availability, target: 9 }] }, guards: [{ match: {} }] };
    assert.throws(
      () => made.apply(wrong),
      (error) => error instanceof ConfigurationError && error.problems.length >= 2,
    );
    assert.equal(made.report().services[0]?.objectives[0]?.target, 0.9);
    assert.throws(() => createResilience({ guard: [] } as ResilienceConfig), /guard: .*guards/);
  });

  it('says which settings wait for the next start', () => {
    const warn = stub();
    const silent = (): void => undefined;
    diag.setLogger(
      { warn, error: silent, info: silent, debug: silent, verbose: silent },
      { logLevel: DiagLogLevel.WARN },
    );
    const made = make({ sla: { clientErrors: 'failure', objectives: [] } });
    made.apply({ sla: { clientErrors: 'failure', objectives: [availability] } });
    assert.equal(warn.callCount, 0);
    made.apply({ sla: { clientErrors: 'success', maxSeries: 10 } });
    assert.match(String(warn.lastCall.args[0]), /not before the next start: sla\.clientErrors, sla\.maxSeries/);
  });

  it('takes the guards off, saves the windows and stops counting when it is shut down', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'resilience-'));
    const file = join(folder, 'state.json');
    const config: ResilienceConfig = {
      sla: { objectives: [availability], state: { file } },
      guards: [{ match: { service: '*' }, name: 'here', bulkhead: {} }],
    };
    const made = make(config);
    serve(made, 20);
    await Promise.all([made.shutdown(), made.shutdown()]);
    await (await fetch(url)).text();
    serve(made, 5);
    assert.deepEqual(made.report().bulkheads, []);
    assert.equal(made.report().services[0]?.requests, 20);
    assert.ok(existsSync(file) && readFileSync(file, 'utf8').includes('"promise"'));
    const next = make(config);
    assert.equal(next.report().services[0]?.objectives[0]?.good, 20);
    await next.shutdown();
    rmSync(folder, { recursive: true });
  });

  it('serves the status page where it is asked to, on this machine only, or by a handler', async () => {
    const made = make({ status: { port: 0 } });
    while (made.statusUrl === undefined) await new Promise((resolve) => setImmediate(resolve));
    assert.match(made.statusUrl, /^http:\/\/localhost:\d+\/$/);
    assert.match(await (await fetch(made.statusUrl)).text(), /<h1>Service levels<\/h1>/);
    const mounted = createServer(made.statusHandler).listen(0, '127.0.0.1');
    await once(mounted, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(mounted.address() as AddressInfo).port}/sla.json`);
    assert.deepEqual(Object.keys((await answer.json()) as object), [
      'generatedAt',
      'services',
      'bulkheads',
      'timeouts',
    ]);
    mounted.close();
    mounted.closeAllConnections();
  });
});
