import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { readConfig } from '../../src/config/load.ts';
import type { ResilienceConfig } from '../../src/config/config.ts';
import { SlaSpanProcessor, SlaTracker } from '../../src/index.ts';
import { command } from '../support/command-line.ts';
import { ConfigFolder } from '../support/config-folder.ts';

async function written(file: string): Promise<ResilienceConfig> {
  const { config, warnings } = await readConfig(file, { env: { A: 'no' } });
  assert.deepEqual(warnings, []);
  return config;
}

describe('the command init', () => {
  it('asks nothing, and writes a commented file that can be used', async () => {
    using folder = new ConfigFolder();
    const file = folder.of('resilience.yaml');
    const { code, out, err } = await command('init', '--out', file);
    assert.deepEqual([code, err], [0, '']);
    assert.equal(out, `Wrote ${file}. Check it: npx opentelemetry-resilience validate ${file}\n`);
    const { sla, guards } = await written(file);
    assert.deepEqual(
      sla?.objectives?.map(({ metric }) => metric),
      ['availability', 'response_time'],
    );
    assert.equal(guards, undefined);
    assert.match(
      readFileSync(file, 'utf8'),
      /^# yaml-language-server: \$schema=\.\/node_modules\/opentelemetry-resilience\//,
    );
  });

  it('writes what can be used when all that is commented out is not', async () => {
    using folder = new ConfigFolder();
    const file = folder.of('resilience.yaml');
    await command('init', '--out', file);
    const uncommented = readFileSync(file, 'utf8')
      .replaceAll(/^( *)# ((- |  |\w+: ).*)$/gm, (whole, indent: string, rest: string) =>
        /^(Check it|All keys|Of|Keep|One|Objectives|Requests|What|Read|At|A)\b/.test(rest) ? whole : `${indent}${rest}`,
      )
      .replace('openslo: [ "./slo/*.yaml" ]', 'openslo: []');
    const { sla, guards, watch } = await written(folder.write('all.yaml', uncommented));
    assert.deepEqual([sla?.objectives?.length, guards?.length, watch], [3, 2, true]);
    assert.equal(sla?.state?.file, folder.of('sla-state.json'));
  });

  it('leaves a file that is there, unless it is told to write over it', async () => {
    using folder = new ConfigFolder({ 'a.yaml': 'mine' });
    const file = folder.of('a.yaml');
    const { code, err } = await command('init', '--out', file);
    assert.deepEqual([code, err], [1, `init: ${file} is there already, and stays as it is; --force writes over it\n`]);
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    assert.equal((await command('init', '--out', file, '--force')).code, 0);
    assert.match(readFileSync(file, 'utf8'), /^# yaml-language-server/);
  });

  it('ends with 1 where it cannot write, with 64 where it is called in a way that it does not know', async () => {
    const { code, err } = await command('init', '--out', '/nowhere/a.yaml');
    assert.equal(code, 1);
    assert.match(err, /^init: ENOENT/);
    for (const args of [['a.yaml'], ['--url', 'localhost:9464'], ['--url', 'file:///etc/passwd'], ['--frob']])
      assert.equal((await command('init', ...args)).code, 64, args.join(' '));
  });
});

describe('the command init with metrics', () => {
  let server: Server;
  let url: string;
  let answer: RequestListener;
  let asked: string[];
  let folder: ConfigFolder;

  before(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  });

  after(() => server.close());

  beforeEach(() => {
    asked = [];
    folder = new ConfigFolder();
  });

  afterEach(() => folder[Symbol.dispose]());

  const init = (...args: string[]): ReturnType<typeof command> =>
    command('init', '--url', url, '--out', folder.of('resilience.yaml'), ...args);
  const proposedFor = async (text: string): Promise<ResilienceConfig> => {
    answer = (_, response) => void response.end(text);
    const { code, err } = await init('--force');
    assert.deepEqual([code, err], [0, '']);
    return written(folder.of('resilience.yaml'));
  };

  it('proposes what the exporter of a process with this package shows', async () => {
    const tracker = new SlaTracker();
    const record = (
      service: string,
      kind: 'server' | 'client',
      times: number,
      success: boolean,
      durationMillis: number,
    ): void => {
      for (let index = 0; index < times; index++)
        tracker.record({ service, operation: 'GET /a', kind, success, durationMillis });
    };
    record('checkout', 'server', 985, true, 40);
    record('checkout', 'server', 15, false, 4_000);
    record('admin', 'server', 3, true, 5);
    record('inventory:8080', 'client', 500, true, 20);
    record('postgresql/shop', 'client', 900, true, 2);
    const { metricProducer } = new SlaSpanProcessor(tracker);
    const exporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [metricProducer] });
    const provider = new MeterProvider({ readers: [exporter] });
    const text = new PrometheusSerializer().serialize((await exporter.collect()).resourceMetrics);
    await provider.shutdown();

    const { sla, guards } = await proposedFor(text);
    assert.deepEqual(sla?.objectives, [
      { service: 'checkout', metric: 'availability', target: 0.95, window: '30d' },
      { service: 'checkout', metric: 'response_time', target: '50ms', percentile: 0.95 },
      { service: 'admin', metric: 'availability', target: 0.999, window: '30d' },
      { service: 'admin', metric: 'response_time', target: '300ms', percentile: 0.95 },
    ]);
    assert.deepEqual(
      guards?.map(({ match, timeout }) => [match, timeout]),
      [
        [{ service: 'postgresql/shop' }, 'adaptive'],
        [{ service: 'inventory:8080' }, 'adaptive'],
      ],
    );
    assert.deepEqual(asked, ['GET /metrics']);
    assert.match(
      readFileSync(folder.of('resilience.yaml'), 'utf8'),
      /# checkout: 1,000 requests, 98\.5 % succeeded, 95 % within 50ms\./,
    );
  });

  it('proposes what the semantic conventions show of a process without it', async () => {
    const { sla, guards } = await proposedFor(`
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{service_name="shop",telemetry_sdk_language="nodejs"} 1
# TYPE http_server_request_duration_seconds histogram
http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",http_route="/a"} 400 1700000000000
http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="404",http_route="/a"} 50
http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="503",http_route="/a"} 1
http_server_request_duration_seconds_bucket{http_response_status_code="200",le="0.1"} 100
http_server_request_duration_seconds_bucket{http_response_status_code="200",le="0.25"} 451
http_server_request_duration_seconds_bucket{http_response_status_code="200",le="+Inf"} 451
http_client_request_duration_count{server_address="inventory",server_port="80"} 7
http_client_request_duration_count{server_address="inventory",server_port="8080"} 9
db_client_operation_duration_seconds_count{db_system_name="postgresql",server_address="db.example",server_port="5432"} 70
db_client_operation_duration_seconds_count{db_system_name="redis",server_address="cache",server_port="6380"} 3
rpc_client_duration_milliseconds_count{rpc_system="grpc",server_address="stock",server_port="50051"} 2
process_cpu_seconds_total 4
`);
    assert.deepEqual(sla?.objectives, [
      { service: 'shop', metric: 'availability', target: 0.995, window: '30d' },
      { service: 'shop', metric: 'response_time', target: '250ms', percentile: 0.95 },
    ]);
    assert.deepEqual(
      guards?.map(({ match }) => match),
      [
        { service: 'db.example', client: 'pg' },
        { service: 'inventory:8080' },
        { service: 'inventory' },
        { service: 'cache:6380', client: 'redis' },
        { service: 'stock:50051', client: 'grpc' },
      ],
    );
  });

  it('proposes objectives for anybody where metrics name nobody', async () => {
    const { sla, guards } = await proposedFor('up 1\nnodejs_eventloop_lag_seconds 0.003\n');
    assert.deepEqual(
      sla?.objectives?.map(({ name }) => name),
      ['availability', 'response time'],
    );
    assert.equal(guards, undefined);
    const unnamed = await proposedFor('http_server_request_duration_seconds_count 5\n');
    assert.deepEqual(
      unnamed.sla?.objectives?.map(({ service, kind }) => [service, kind]),
      [
        [undefined, ['server', 'consumer']],
        [undefined, ['server', 'consumer']],
      ],
    );
  });

  it('writes odd names as they are: no reference, no comment, no YAML of their own', async () => {
    const names = [
      'a$${A} ${A}',
      'x: {y} # z',
      'true',
      '- "q" \\ \'',
      'line\nbreak',
      '12',
      'ключ',
      '\u2028x',
      'a'.repeat(300),
    ];
    const lines = names.map((name) => `sla_requests_total{sla_service=${JSON.stringify(name)},span_kind="server"} 1`);
    const peers = names.map((name) => `sla_requests_total{span_kind="client",sla_service=${JSON.stringify(name)}} 1`);
    const { sla, guards } = await proposedFor([...lines, ...peers, ''].join('\n'));
    // The last is longer than any configuration takes.
    const cut = names.slice(0, -1);
    assert.deepEqual([...new Set(sla?.objectives?.map(({ service }) => service))], cut);
    assert.deepEqual(
      guards?.map(({ match }) => match.service),
      cut,
    );
  });

  it('proposes for fifty services and peers at the most', async () => {
    const lines = Array.from({ length: 120 }, (_, index) =>
      ['server', 'client'].map(
        (kind) => `sla_requests_total{sla_service="${kind}${index}",span_kind="${kind}"} ${index}`,
      ),
    );
    const { sla, guards } = await proposedFor(lines.flat().join('\n'));
    assert.deepEqual([sla?.objectives?.length, guards?.length, guards?.[0]?.match.service], [100, 50, 'client119']);
    assert.match(readFileSync(folder.of('resilience.yaml'), 'utf8'), /# \.\.\. and 70 services more\./);
  });

  it('follows no redirection, and writes nothing where there are no metrics', async () => {
    for (const [status, message] of [
      [302, /answered 302/],
      [404, /answered 404/],
      [500, /answered 500/],
    ] as const) {
      asked = [];
      answer = (_, response) => void response.writeHead(status, { location: '/elsewhere' }).end('no');
      const { code, err } = await init();
      assert.equal(code, 1);
      assert.match(err, message);
      assert.deepEqual(asked, ['GET /metrics']);
    }
    answer = (_, response) => void response.destroy();
    assert.match((await init()).err, /^init: http:\/\/127\.0\.0\.1:\d+\/metrics shows no metrics: /);
    assert.throws(() => readFileSync(folder.of('resilience.yaml')), { code: 'ENOENT' });
  });

  it('reads 32 MiB at the most', async () => {
    const line = Buffer.alloc(1_048_576, 'a');
    answer = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(line));
      };
      response.on('drain', more);
      more();
    };
    assert.match((await init()).err, /more than 32 MiB/);
  });
});
