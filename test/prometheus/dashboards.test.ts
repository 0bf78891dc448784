import assert from 'node:assert/strict';
import { serviceNames } from '../../examples/shop/service-names.ts';
import { generateRules } from '../../src/generate/generate-rules.ts';
import { loadConfig } from '../../src/index.ts';
import { shippedDashboards } from '../support/dashboards.ts';
import { Prometheus, requirePrometheus } from './prometheus.ts';
import { Shop } from './shop.ts';

/** What Grafana puts in the place of its variables. */
const VALUES: Readonly<Record<string, string>> = {
  job: '.*',
  instance: '.*',
  compartment: '.*',
  operation: '.*',
  objective: '.*',
  window: '1h',
  __rate_interval: '10s',
  __range: '5m',
};

const TARGET = 'sla_objective:sla_response_time_threshold:seconds{sla_service="storefront"}';

describe('the queries of the dashboards', () => {
  let shop: Shop;
  let prometheus: Prometheus;

  before(async () => {
    requirePrometheus();
    shop = await Shop.open('--requests', '1200', '--rate', '120', '--seed', '3');
    const configs = await Promise.all(serviceNames.map((name) => loadConfig(`examples/shop/resilience/${name}.yaml`)));
    // An hour in a minute, for the recording rule behind the target line.
    const { recording } = generateRules(
      configs.flatMap(({ sla }) => sla?.objectives ?? []),
      { speed: 60 },
    );
    prometheus = await Prometheus.start(shop.targets, [recording]);
    await shop.tally();
    await prometheus.scrapedAfter(Date.now() + 500);
    await prometheus.until('has recorded a target', async () => (await prometheus.query(TARGET)).length > 0);
  });

  after(async () => {
    await prometheus?.stop();
    await shop?.stop();
  });

  for (const [file, { panels, templating }] of shippedDashboards()) {
    // An overview shows all services, a detail one.
    const service = file === 'service-detail.json' ? 'storefront' : '.*';
    for (const { title, targets } of panels)
      it(`of ${file}: ${title} have an answer`, async () => {
        for (const { expr } of targets) {
          const query = expr.replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
            const value = name === 'service' ? service : VALUES[name];
            assert.ok(value, `nobody gives $${name} a value`);
            return value;
          });
          assert.notDeepEqual(await prometheus.query(query), [], query);
        }
      });

    it(`of the variables of ${file} have an answer`, async () => {
      for (const { name, type, query } of templating.list.filter((each) => each.type === 'query')) {
        const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
        assert.ok(selector && label, `${type} ${name}: ${query}`);
        const narrowed = selector.replace(/\$(\w+)/g, (_, other: string) => (other === 'service' ? service : '.*'));
        const values = new Set((await prometheus.query(narrowed)).map(({ labels }) => labels[label]));
        assert.ok(values.size > 0 && !values.has(undefined), query);
      }
    });
  }
});
