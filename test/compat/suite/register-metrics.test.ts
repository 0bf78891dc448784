import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort } from './free-port.ts';
import { type Readings, readingsOfScrape } from './readings.ts';
import type { Outcome } from './register/children.ts';
import { assertQuiet, auto, combinations, configured, file, importing, ours } from './register/combinations.ts';
import { orders, requests, sold, soldAt, soldOverHttp } from './register/day.ts';

combinations('where metrics leave, from register', (combination) => {
  const wholeDay = [orders('success'), orders('failure'), requests('success'), requests('failure')];
  const scraped = ({ stdout }: Outcome): Readings => {
    const readings = soldAt(readingsOfScrape(stdout));
    return Object.fromEntries(wholeDay.map((series) => [series, readings[series] ?? NaN]));
  };
  const expected = Object.fromEntries(wholeDay.map((series) => [series, soldOverHttp[series]]));

  combination(
    'OTEL_METRICS_EXPORTER=prometheus: at the endpoint of the SDK, whose scrapes are no requests',
    async () => {
      const port = await freePort();
      const url = `http://localhost:${port}/metrics`;
      const exporter = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
      return {
        app: 'app.cjs',
        node: importing(ours, auto),
        env: { ...configured, ...exporter, SHOP_SCRAPES: `${url} ${url}` },
      };
    },
    (outcome) => {
      assertQuiet(outcome);
      assert.deepEqual(scraped(outcome), expected);
      // The first order's too.
      assert.match(outcome.stdout, /^sla_duration_count\{.*sla_operation="POST \/orders".*\} 3$/m);
    },
  );
  combination(
    'OTEL_METRICS_EXPORTER=console: on the console',
    () => ({ app: 'app.cjs', node: importing(ours, auto), env: { ...configured, OTEL_METRICS_EXPORTER: 'console' } }),
    (outcome) => {
      assertQuiet(outcome);
      assert.match(outcome.stdout, /name: 'sla\.requests'/);
    },
  );
  combination(
    'OTEL_METRICS_EXPORTER=none, with an endpoint of our own asked for: there, and its scrapes are no requests',
    async () => {
      const port = await freePort();
      const url = `http://localhost:${port}/metrics`;
      const env = { OTEL_RESILIENCE_CONFIG: file('endpoint.yaml'), ENDPOINT_PORT: String(port) };
      return {
        app: 'app.cjs',
        node: importing(ours, auto),
        env: { ...env, OTEL_METRICS_EXPORTER: 'none', SHOP_SCRAPES: `${url} ${url}` },
      };
    },
    (outcome) => {
      assertQuiet(outcome);
      assert.deepEqual(scraped(outcome), expected);
      assert.match(outcome.stdout, /^sla_duration_count\{.*sla_operation="POST \/orders".*\} 3$/m);
      assert.match(outcome.stdout, /^target_info\{.*service_name="shop"/m);
    },
  );
  combination(
    'OTEL_METRICS_EXPORTER=otlp, with an endpoint of our own asked for: not there, for there is a reader',
    async () => {
      const port = await freePort();
      const env = { OTEL_RESILIENCE_CONFIG: file('endpoint.yaml'), ENDPOINT_PORT: String(port) };
      return {
        app: 'app.cjs',
        node: importing(ours, auto),
        env: { ...env, SHOP_SCRAPES: `http://localhost:${port}/metrics` },
      };
    },
    (outcome) => {
      assertQuiet(outcome);
      assert.match(outcome.stdout, /ECONNREFUSED/);
      assert.equal(outcome.metrics[orders('success')], 2);
    },
  );
  combination(
    'a port that is in use: it is said once, and the application runs on',
    async () => {
      const server = createServer().listen(0, 'localhost');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      server.unref();
      const env = { OTEL_RESILIENCE_CONFIG: file('endpoint.yaml'), ENDPOINT_PORT: String(port) };
      return { app: 'app.cjs', node: importing(ours, auto), env: { ...env, OTEL_METRICS_EXPORTER: 'none' } };
    },
    (outcome) => {
      assert.equal(outcome.code, 0);
      assert.equal(outcome.told.length, 1);
      assert.match(outcome.told[0] ?? '', /^no Prometheus endpoint at localhost:\d+, for the port is in use/);
      assert.deepEqual(outcome.spans.toSorted(), sold(3, 6));
    },
  );
  combination(
    'without the package of the endpoint: it says what to install',
    () => ({
      app: 'app.cjs',
      node: importing(file('without-exporter.mjs'), ours, auto),
      env: { OTEL_RESILIENCE_CONFIG: file('endpoint.yaml'), ENDPOINT_PORT: '0', OTEL_METRICS_EXPORTER: 'none' },
    }),
    (outcome) => {
      assert.equal(outcome.code, 0);
      assert.deepEqual(outcome.told, [
        'metrics.prometheus needs a package: npm install @opentelemetry/exporter-prometheus. No endpoint is opened.',
      ]);
    },
  );
});
