import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { shippedDashboards } from '../support/dashboards.ts';

describe('the Grafana dashboards', () => {
  const dashboards = shippedDashboards();

  it('are an overview, a service and the guards', () => {
    assert.deepEqual(
      dashboards.map(([file, { uid }]) => [file, uid]),
      [
        ['guards.json', 'otel-resilience-guards'],
        ['service-detail.json', 'otel-resilience-service'],
        ['sla-overview.json', 'otel-resilience-sla'],
      ],
    );
  });

  for (const [file, { title, description, panels, templating }] of dashboards) {
    describe(file, () => {
      it('says on every panel what it shows, in which unit, and how to read it', () => {
        assert.ok(title !== '' && description !== '');
        assert.ok(panels.length > 5);
        for (const panel of panels) {
          assert.ok(panel.title, 'a panel without a title');
          assert.match(panel.description ?? '', /\.$/, `${panel.title} has no description`);
          assert.ok(panel.fieldConfig.defaults.unit, `${panel.title} has no unit`);
        }
        assert.equal(new Set(panels.map((panel) => panel.title)).size, panels.length, 'titles are told apart');
      });

      it('asks the datasource of its variable, whatever that is called', () => {
        for (const { title: name, datasource, targets } of panels) {
          assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' }, name);
          for (const target of targets) assert.equal(target.datasource.uid, '${datasource}', name);
          assert.ok(targets.length > 0, `${name} asks nothing`);
        }
        assert.equal(templating.list[0]?.type, 'datasource');
      });

      it('finds what has no job and no instance: in some pipelines there are none', () => {
        for (const name of ['job', 'instance']) {
          const variable = templating.list.find((each) => each.name === name);
          assert.deepEqual([variable?.includeAll, variable?.allValue], [true, '.*']);
        }
      });

      it('puts no panel on another', () => {
        for (const [index, a] of panels.entries())
          for (const b of panels.slice(index + 1)) {
            const apart =
              a.gridPos.x + a.gridPos.w <= b.gridPos.x ||
              b.gridPos.x + b.gridPos.w <= a.gridPos.x ||
              a.gridPos.y + a.gridPos.h <= b.gridPos.y ||
              b.gridPos.y + b.gridPos.h <= a.gridPos.y;
            assert.ok(apart, `${a.title} lies on ${b.title}`);
            assert.ok(a.gridPos.x + a.gridPos.w <= 24);
          }
      });

      it('is plain classic JSON, without inputs to fill in', () => {
        const text = readFileSync(new URL(`../../grafana/dashboards/${file}`, import.meta.url), 'utf8');
        assert.ok(!text.includes('__inputs'));
        assert.ok(!/\[\[|\$__interval\b/.test(text), 'rates are over $__rate_interval');
      });
    });
  }
});
