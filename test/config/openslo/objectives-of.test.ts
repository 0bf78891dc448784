import assert from 'node:assert/strict';
import { objectivesOf, readOpenSlo } from '../../../src/config/openslo/index.ts';
import { fixture, mapped, RATIO, THRESHOLD, written, writtenSlo } from './written-documents.ts';

describe('objectivesOf', () => {
  it('turns documents that refer to each other into objectives', async () => {
    const { objectives, problems, warnings } = objectivesOf(await readOpenSlo(fixture('shop.yaml'), 'shop.yaml'));
    assert.deepEqual([problems, warnings], [[], []]);
    const common = {
      service: 'shop',
      operation: 'POST /orders',
      kind: ['server', 'consumer'],
      window: '30d',
      metric: 'availability',
    };
    assert.deepEqual(objectives, [
      { name: 'orders-promised', ...common, target: 0.99 },
      { name: 'orders-wished-for', ...common, target: 0.999 },
    ]);
  });

  it('follows references from one file to another', async () => {
    const all = await readOpenSlo(fixture('shop.yaml'), 'shop.yaml');
    const files = all.map((document, index) => ({
      ...document,
      source: { ...document.source, file: `${index}.yaml` },
    }));
    assert.equal(objectivesOf(files.toReversed()).objectives.length, 2);
  });

  it('turns inline documents into objectives', async () => {
    const { objectives, problems, warnings } = objectivesOf(await readOpenSlo(fixture('inline.yaml'), 'inline.yaml'));
    assert.deepEqual(problems, []);
    assert.equal(warnings.length, 1, 'of the alert policy only');
    assert.deepEqual(objectives, [
      {
        name: 'search-is-quick',
        service: 'search',
        window: '28d',
        metric: 'response_time',
        target: '250ms',
        percentile: 0.95,
      },
      {
        name: 'pages',
        service: 'web-frontend',
        window: { every: '1M', startTime: '2026-01-01 00:00:00', timeZone: 'Europe/Berlin' },
        metric: 'error_rate',
        target: 0.05,
        slice: 300_000,
        sliceRatio: 0.999,
      },
    ]);
  });

  it('understands what breaks the rules of the specification as its own examples do, and says so', async () => {
    const text = fixture('rule-breakers.yaml');
    const lineOf = (needle: string): number => text.slice(0, text.indexOf(needle)).split('\n').length;
    const { objectives, problems, warnings } = objectivesOf(await readOpenSlo(text, 'a.yaml'));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      objectives.map(({ name, window }) => [name, window]),
      [
        ['main-page', { every: '1M', startTime: '2022-01-01 12:00:00', timeZone: 'America/New_York' }],
        ['no-method-quick', '1m'],
        ['no-method-not-slow', '1m'],
      ],
    );
    assert.deepEqual(
      warnings.map((warning) => /^(a\.yaml:\d+): \w+ '[^']+' (\S+):/.exec(warning)?.slice(1).join(' ')),
      [
        `a.yaml:${lineOf('duration: 1m # a month')} spec.timeWindow[0].duration`,
        `a.yaml:${lineOf('op: gt # of a ratio')} spec.objectives[0].op`,
        `a.yaml:${lineOf('spec:\n  service: web\n  indicator:\n    metadata:\n      name: latency')} spec`,
        `a.yaml:${lineOf('duration: 1m\n      isRolling: true')} spec.timeWindow[0].duration`,
        `a.yaml:${lineOf('objectives:\n    - displayName: Quick')} spec.objectives`,
        `a.yaml:${lineOf('timeSliceTarget: 0.9\n')} spec.objectives[0].timeSliceTarget`,
        `a.yaml:${lineOf('timeSliceWindow: 1m\n---\napiVersion: openslo/v1\nkind: AlertC')} spec.objectives[1].timeSliceWindow`,
        `a.yaml:${lineOf('op: lt\n')} spec.objectives[0].op`,
        `a.yaml:${lineOf('name: UpsideDown')} metadata.name`,
        `a.yaml:${lineOf('op: lte\n    threshold: 2')} spec.condition.op`,
      ],
    );
  });

  it('tells of broken rules also where an SLO cannot be kept', async () => {
    const { problems, warnings } = await mapped(writtenSlo({ annotations: {}, objective: { op: 'gt' } }));
    assert.equal(problems.length, 1);
    assert.match(warnings.join('\n'), /objectives\[0\]\.op: it says nothing about a ratioMetric/);
  });

  it('has one problem a name that is taken twice, saying by whom', async () => {
    const [a, b] = [writtenSlo({ name: 'same' }), writtenSlo({ name: 'same' })];
    const { problems } = await mapped(a, written('Service', 'same', {}), b);
    assert.deepEqual(
      problems.map(({ path, value }) => [path, value]),
      [["SLO 'same' metadata.name", 'same']],
    );
    assert.match(problems[0]!.allowed, /no other SLO has \(slo\.yaml:4\)/);
  });

  it('has a problem for each reference that leads nowhere', async () => {
    const query = { metricSource: { metricSourceRef: 'no-source', spec: 1 } };
    const { problems } = await mapped(
      writtenSlo({
        spec: { indicator: undefined, indicatorRef: 'no-sli', alertPolicies: [{ alertPolicyRef: 'no-policy' }] },
      }),
      written('SLI', 'sli', { ratioMetric: { raw: query, rawType: 'success' } }),
      written('AlertPolicy', 'policy', {
        conditions: [{ conditionRef: 'no-condition' }],
        notificationTargets: [{ targetRef: 'no-target' }],
      }),
    );
    assert.deepEqual(
      problems.map(({ path, value }) => `${path} ${String(value)}`),
      [
        "SLO 'slo' spec.indicatorRef no-sli",
        "SLO 'slo' spec.alertPolicies[0].alertPolicyRef no-policy",
        "SLI 'sli' spec.ratioMetric.raw.metricSource.metricSourceRef no-source",
        "AlertPolicy 'policy' spec.notificationTargets[0].targetRef no-target",
        "AlertPolicy 'policy' spec.conditions[0].conditionRef no-condition",
      ],
    );
    assert.match(problems[0]!.allowed, /of kind SLI in the same or another file; there is sli$/);
  });

  it('has none where what they lead to may be in a file that could not be read', async () => {
    const slo = writtenSlo({ spec: { indicator: undefined, indicatorRef: 'no-sli' } });
    const documents = await readOpenSlo(JSON.stringify(slo), 'slo.json');
    assert.deepEqual(objectivesOf(documents, { isIncomplete: true }), { objectives: [], problems: [], warnings: [] });
  });

  it('warns of a service that has no document only where services have', async () => {
    assert.deepEqual((await mapped(writtenSlo({}))).warnings, []);
    const { problems, warnings } = await mapped(writtenSlo({}), written('Service', 'other', {}));
    assert.deepEqual(problems, []);
    assert.match(warnings.join('\n'), /spec\.service: there are documents of kind Service, but none called 'web'$/);
  });

  it('warns of a metric source whose type is not that of its data source', async () => {
    const query = { metricSource: { metricSourceRef: 'source', type: 'Datadog', spec: 1 } };
    const { warnings } = await mapped(
      writtenSlo({ indicator: { ratioMetric: { good: query, total: query } } }),
      written('DataSource', 'source', { type: 'Prometheus', connectionDetails: {} }),
    );
    assert.equal(warnings.length, 2);
    assert.match(
      warnings[0]!,
      /good\.metricSource\.type: the type is 'Datadog', but that of DataSource 'source' is 'Prometheus'/,
    );
  });

  it('names objectives after the SLO, and several after what they display or their number', async () => {
    const names = async (...displayNames: (string | undefined)[]): Promise<unknown> => {
      const objectives = displayNames.map((displayName) => ({ displayName, target: 0.9 }));
      const result = await mapped(writtenSlo({ spec: { objectives } }));
      return result.objectives.map(({ name }) => name);
    };
    assert.deepEqual(await names('Only one'), ['slo']);
    assert.deepEqual(await names('Good enough!', '  Größer  ', undefined), ['slo-good-enough', 'slo-größer', 'slo-3']);
    assert.deepEqual(await names('Same', 'same', '3', '…'), ['slo-1', 'slo-2', 'slo-3', 'slo-4']);
  });

  it('refuses two SLOs that lead to the same name', async () => {
    const objectives = [{ displayName: 'b', target: 0.9 }, { target: 0.8 }];
    const { problems } = await mapped(writtenSlo({ name: 'a', spec: { objectives } }), writtenSlo({ name: 'a-b' }));
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["SLO 'a-b' metadata.name"],
    );
  });

  it('lets no objective through that the tracker would refuse', async () => {
    const slow = writtenSlo({
      indicator: THRESHOLD,
      objective: { op: 'lte', value: 7_200 },
      annotations: { metric: 'response_time', 'value-unit': 's' },
    });
    const documents = await readOpenSlo(JSON.stringify(slow), 'slo.json');
    assert.equal(objectivesOf(documents).problems.length, 1);
    assert.equal(objectivesOf(documents, { maxDurationMillis: 7_200_000 }).objectives.length, 1);
  });

  it('says that weights weigh nothing', async () => {
    const objectives = [
      { target: 0.9, compositeWeight: 1 },
      { target: 0.8, compositeWeight: 2 },
    ];
    const { warnings } = await mapped(writtenSlo({ indicator: RATIO, spec: { objectives } }));
    assert.match(warnings.join('\n'), /^[^\n]*objectives\[1\]\.compositeWeight: it weighs nothing[^\n]*$/);
  });
});
