import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { schedule } from '../../examples/shop/faults.ts';
import { serviceNames } from '../../examples/shop/service-names.ts';
import { seeded } from '../../examples/shop/random.ts';
import type { Tally } from '../../examples/shop/tally.ts';
import { loadConfig, type Objective } from '../../src/index.ts';
import { Prometheus, requirePrometheus, type Sample } from './prometheus.ts';
import { Shop } from './shop.ts';

describe('a Prometheus that scrapes the shop', () => {
  let shop: Shop | undefined;
  let prometheus: Prometheus | undefined;

  before(requirePrometheus);

  afterEach(async () => {
    await prometheus?.stop();
    await shop?.stop();
    shop = prometheus = undefined;
  });

  it('has the counts of the load generator, exactly, where nothing goes wrong', async () => {
    shop = await Shop.open('--requests', '400', '--rate', '120', '--no-faults');
    prometheus = await Prometheus.start(shop.targets);
    const tally = await shop.tally();
    await prometheus.scrapedAfter(Date.now() + 500);
    await assertSame(prometheus, tally);
    assert.equal(
      sum(
        serviceNames.flatMap((name) => routesOf(tally, name)),
        'bad',
      ),
      0,
    );
    await assertLatencies(prometheus);
  });

  it('has the counts of the load generator, exactly, where a service fails', async () => {
    const { seed, millis } = failingPayments();
    const rate = 120;
    const requests = Math.ceil(((millis + 6_000) / 1000) * rate);
    shop = await Shop.open('--requests', `${requests}`, '--rate', `${rate}`, '--seed', `${seed}`);
    prometheus = await Prometheus.start(shop.targets);
    const tally = await shop.tally();
    await prometheus.scrapedAfter(Date.now() + 500);
    await assertSame(prometheus, tally);
    for (const service of ['storefront', 'payment']) {
      assert(sum(routesOf(tally, service), 'bad') > 0, `no request of ${service} failed`);
    }
  });

  it('gets what promtool takes for well-formed', async () => {
    shop = await Shop.open('--requests', '20', '--rate', '120', '--no-faults');
    await shop.tally();
    for (const input of await shop.scrape()) {
      const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      assert(status === 0 || status === 3, stderr);
      assert.deepEqual(
        stderr.split('\n').filter((line) => line !== '' && !line.startsWith(quantileOfGauge)),
        [],
      );
    }
  });
});

/** Only a matter of taste: quantiles of recent response times are gauges, for a summary could not forget. */
const quantileOfGauge = 'sla_response_time non-summary metrics should not have "quantile" label';

/** What the three services promise. */
async function objectives(): Promise<Objective[]> {
  const files = serviceNames.map((name) => loadConfig(`examples/shop/resilience/${name}.yaml`));
  return (await Promise.all(files)).flatMap(({ sla }) => sla?.objectives ?? []);
}

/** Everything that the load generator knows, against everything that Prometheus has of it. */
async function assertSame(prometheus: Prometheus, tally: Tally): Promise<void> {
  const requests = 'sum by (sla_service, sla_operation, sla_result) (sla_requests_total{span_kind="server"})';
  assert.deepEqual(named(await prometheus.query(requests)), requestsOf(tally));
  const durations = 'sum by (sla_service, sla_operation) (sla_duration_count{span_kind="server"})';
  assert.deepEqual(named(await prometheus.query(durations)), durationsOf(tally));

  for (const { name, service, operation, metric } of await objectives()) {
    if (metric === 'throughput') continue;
    const own = routesOf(tally, service, operation);
    const [sent, good] = [sum(own, 'sent'), sum(own, 'good')];
    const here = `sla_service="${service}",sla_objective="${name}"`;
    assert.equal(await prometheus.one(`sum(sla_events_total{${here}})`), sent, `events of ${name}`);
    const kept = await prometheus.one(`sla_events_total{${here},sla_outcome="good"}`);
    if (metric !== 'response_time') assert.equal(kept, good, `good events of ${name}`);
    assert.equal(await prometheus.one(`sla_compliance_ratio{${here}}`), kept / sent, `compliance with ${name}`);
  }

  assert.deepEqual(
    await prometheus.query('resilience_processor_spans_total{resilience_result!~"counted|ignored"} > 0'),
    [],
  );
  assert.deepEqual(
    await prometheus.query('resets(sla_requests_total[10m]) > 0 or resets(sla_events_total[10m]) > 0'),
    [],
  );
}

/** Where no request fails, a request is good for a response-time objective when it is in the bucket of the target. */
async function assertLatencies(prometheus: Prometheus): Promise<void> {
  for (const { name, service, operation = '.*', kind = 'server', metric, target } of await objectives()) {
    if (metric !== 'response_time') continue;
    const le = Number(/^(\d+)ms$/.exec(String(target))?.[1]) / 1000;
    const there = `sla_service="${service}",sla_operation=~"${operation}",span_kind="${String(kind)}",le="${le}"`;
    const good = `sla_events_total{sla_service="${service}",sla_objective="${name}",sla_outcome="good"}`;
    assert.equal(await prometheus.one(`sum(sla_duration_bucket{${there}})`), await prometheus.one(good), name);
  }
}

/** A seed whose first fault is that payments fail, and when that begins. */
function failingPayments(): { seed: number; millis: number } {
  for (let seed = 1; ; seed++) {
    const episodes = schedule(seeded(seed));
    const { millis } = episodes.next().value;
    const { fault } = episodes.next().value;
    if (fault?.service === 'payment' && fault.errorRatio > 0) return { seed, millis };
  }
}

function routesOf(tally: Tally, service = '', operation?: string): Route[] {
  const routes = tally[service] ?? {};
  const route = routes[operation ?? ''];
  return route === undefined ? Object.values(routes) : [route];
}

type Route = Tally[string][string];

function sum(routes: readonly Route[], figure: 'sent' | 'good' | 'bad'): number {
  return routes.reduce((total, route) => total + route[figure], 0);
}

function requestsOf(tally: Tally): Record<string, number> {
  const rows = serviceNames.flatMap((service) =>
    Object.entries(tally[service] ?? {}).flatMap(([operation, { good, bad }]) => [
      [`${operation}, success, ${service}`, good] as const,
      [`${operation}, failure, ${service}`, bad] as const,
    ]),
  );
  return Object.fromEntries(rows);
}

function durationsOf(tally: Tally): Record<string, number> {
  const rows = serviceNames.flatMap((service) =>
    Object.entries(tally[service] ?? {}).map(([operation, { sent }]) => [`${operation}, ${service}`, sent] as const),
  );
  return Object.fromEntries(rows);
}

/** By the values of the labels, in the order of their names. */
function named(samples: readonly Sample[]): Record<string, number> {
  const name = ({ labels }: Sample): string =>
    Object.keys(labels)
      .toSorted()
      .map((label) => labels[label])
      .join(', ');
  return Object.fromEntries(samples.map((sample) => [name(sample), sample.value]));
}
