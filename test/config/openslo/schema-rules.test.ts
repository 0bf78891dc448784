import assert from 'node:assert/strict';
import { mapped, problemsIn, RATIO, THRESHOLD, written, writtenSlo, yamlOf } from './written-documents.ts';

const query = { metricSource: { type: 'Any', spec: {} } };
const inline = { metadata: { name: 'inline' }, spec: RATIO };
const window = { duration: '1M' };
const calendar = { startTime: '2026-01-31 23:59:59', timeZone: 'UTC' };
const condition = { severity: 'page', condition: { op: 'gt', threshold: 1, lookbackWindow: '1h' } };

const sli = (spec: unknown): unknown => written('SLI', 'sli', spec);
const ratio = (ratioMetric: unknown): unknown => sli({ ratioMetric });
const slo = (spec: Record<string, unknown>): unknown => writtenSlo({ spec });
const objective = (fields: Record<string, unknown>): unknown => writtenSlo({ objective: fields });
const timeWindow = (...windows: unknown[]): unknown => slo({ timeWindow: windows });
const policy = (change: Record<string, unknown>): unknown =>
  written('AlertPolicy', 'policy', {
    conditions: [{ conditionRef: 'burns' }],
    notificationTargets: [{ targetRef: 'desk' }],
    ...change,
  });

/** What breaks a rule between fields or a range, and where that is told. */
const REFUSED: readonly (readonly [document: unknown, ...paths: string[]])[] = [
  [sli({}), 'spec.ratioMetric'],
  [sli({ ...RATIO, ...THRESHOLD }), 'spec.ratioMetric'],
  [ratio({ good: query }), 'spec.ratioMetric.total'],
  [ratio({ total: query }), 'spec.ratioMetric.good'],
  [ratio({ good: query, bad: query, total: query }), 'spec.ratioMetric.bad'],
  [ratio({ good: query, total: query, rawType: 'success' }), 'spec.ratioMetric.rawType'],
  [ratio({ raw: query }), 'spec.ratioMetric.rawType'],
  [ratio({ raw: query, rawType: 'success', total: query }), 'spec.ratioMetric.total'],
  [sli({ thresholdMetric: {} }), 'spec.thresholdMetric.metricSource'],
  [sli({ thresholdMetric: { metricSource: { spec: {} } } }), 'spec.thresholdMetric.metricSource.type'],
  [slo({ indicator: undefined }), 'spec.indicator'],
  [slo({ indicatorRef: 'sli' }), 'spec.indicatorRef'],
  [slo({ objectives: [{ target: 0.9, indicator: inline }] }), 'spec.indicator'],
  [
    slo({ indicator: undefined, objectives: [{ target: 0.9, indicator: inline, indicatorRef: 'a' }] }),
    'spec.objectives[0].indicatorRef',
  ],
  [slo({ objectives: [] }), 'spec.objectives'],
  [slo({ objectives: {} }), 'spec.objectives'],
  [slo({ budgetingMethod: 'occurrences' }), 'spec.budgetingMethod'],
  [slo({ budgetingMethod: 'Timeslices' }), 'spec.objectives[0].timeSliceTarget', 'spec.objectives[0].timeSliceWindow'],
  [slo({ budgetingMethod: 'RatioTimeslices' }), 'spec.objectives[0].timeSliceWindow'],
  [slo({ description: 'x'.repeat(1051) }), 'spec.description'],
  [slo({ indicator: { spec: RATIO } }), 'spec.indicator.metadata'],
  [slo({ indicator: { ...inline, kind: 'SLO' } }), 'spec.indicator.kind'],
  [objective({ target: undefined }), 'spec.objectives[0].target'],
  [objective({ targetPercent: 99 }), 'spec.objectives[0].targetPercent'],
  [objective({ target: -0.1 }), 'spec.objectives[0].target'],
  [objective({ target: undefined, targetPercent: 100 }), 'spec.objectives[0].targetPercent'],
  [objective({ timeSliceTarget: 0 }), 'spec.objectives[0].timeSliceTarget'],
  [objective({ timeSliceWindow: '1 m' }), 'spec.objectives[0].timeSliceWindow'],
  [objective({ timeSliceWindow: -1 }), 'spec.objectives[0].timeSliceWindow'],
  [objective({ compositeWeight: 0 }), 'spec.objectives[0].compositeWeight'],
  [objective({ op: 'le' }), 'spec.objectives[0].op'],
  [objective({ value: '5' }), 'spec.objectives[0].value'],
  [timeWindow(), 'spec.timeWindow'],
  [timeWindow({ duration: '1d', isRolling: true }, { duration: '1d', isRolling: true }), 'spec.timeWindow'],
  [timeWindow(window), 'spec.timeWindow[0].isRolling'],
  [timeWindow({ ...window, isRolling: false }), 'spec.timeWindow[0].isRolling'],
  [timeWindow({ ...window, isRolling: true, calendar }), 'spec.timeWindow[0].calendar'],
  ...['1D', '0d', '1.5h', '-1d', '30', '1M2w', 'M', '1s'].map((duration): [unknown, string] => [
    timeWindow({ duration, isRolling: true }),
    'spec.timeWindow[0].duration',
  ]),
  ...['2026-02-29 00:00:00', '2026-01-01T00:00:00', '2026-01-01', '2026-01-01 24:00:00', '2026-01-01 00:00:00Z'].map(
    (startTime): [unknown, string] => [
      timeWindow({ ...window, calendar: { ...calendar, startTime } }),
      'spec.timeWindow[0].calendar.startTime',
    ],
  ),
  ...['+01:00', 'Mars/Olympus', '', 'Europe'].map((timeZone): [unknown, string] => [
    timeWindow({ ...window, calendar: { ...calendar, timeZone } }),
    'spec.timeWindow[0].calendar.timeZone',
  ]),
  [slo({ alertPolicies: [{}] }), 'spec.alertPolicies[0].alertPolicyRef'],
  [slo({ alertPolicies: [{ alertPolicyRef: 'a', metadata: { name: 'a' } }] }), 'spec.alertPolicies[0].alertPolicyRef'],
  [slo({ alertPolicies: [{ metadata: { name: 'a' } }] }), 'spec.alertPolicies[0].spec'],
  [policy({ conditions: [] }), 'spec.conditions'],
  [policy({ conditions: [{ conditionRef: 'a' }, { conditionRef: 'b' }] }), 'spec.conditions'],
  [policy({ conditions: [{ spec: condition }] }), 'spec.conditions[0].metadata'],
  [policy({ notificationTargets: undefined }), 'spec.notificationTargets'],
  [policy({ notificationTargets: [] }), 'spec.notificationTargets'],
  [policy({ alertWhenNoData: 'yes' }), 'spec.alertWhenNoData'],
  [written('AlertCondition', 'a', { ...condition, severity: undefined }), 'spec.severity'],
  [
    written('AlertCondition', 'a', { ...condition, condition: { ...condition.condition, kind: 'budget' } }),
    'spec.condition.kind',
  ],
  [written('AlertNotificationTarget', 'a', {}), 'spec.target'],
  [written('DataSource', 'a', { connectionDetails: {} }), 'spec.type'],
  [written('Service', '-a', {}), 'metadata.name'],
  [written('Service', 'x'.repeat(64), {}), 'metadata.name'],
  [
    { ...written('Service', 'a', {}), metadata: { name: 'a', labels: { 'a b': 'c', d: 5 } } },
    'metadata.labels.a b',
    'metadata.labels.d',
  ],
  [
    {
      ...written('Service', 'a', {}),
      metadata: { name: 'a', annotations: { 'Not.A.Prefix/a': 'b', 'a/b/c': 'd', e: true } },
    },
    'metadata.annotations.Not.A.Prefix/a',
    'metadata.annotations.a/b/c',
    'metadata.annotations.e',
  ],
];

describe('the rules of OpenSLO documents', () => {
  for (const [document, ...paths] of REFUSED) {
    it(`are broken at ${paths.join(' and ')}`, async () => {
      const problems = await problemsIn(yamlOf(document));
      assert.deepEqual(
        problems.map(({ path }) => path.replace(/^\w+ '[^']*' /, '')),
        paths,
      );
      for (const { allowed } of problems) assert.match(allowed, /\w/);
    });
  }

  it('are kept by everything at their ends', async () => {
    const accepted = [
      writtenSlo({ objective: { target: 0, compositeWeight: 1e-9 } }),
      writtenSlo({ objective: { target: undefined, targetPercent: 99.999999 } }),
      slo({ description: 'x'.repeat(1050), timeWindow: [{ ...window, calendar }] }),
      written('AlertCondition', 'a', {
        severity: 's',
        condition: { ...condition.condition, kind: 'burnrate', alertAfter: '0m' },
      }),
      written('Service', 'x'.repeat(63), {}),
      written('DataSource', '0', { type: 'Any', connectionDetails: [1, { a: null }] }),
      {
        ...written('Service', 'a', {}),
        metadata: { name: 'a', labels: { 'a.b_c-D': ['e', ''] }, annotations: { 'a.b-c/D_e': '' } },
      },
    ];
    assert.deepEqual(await problemsIn(yamlOf(...accepted)), []);
  });

  it('leave a throughput measured once a slice, whatever share of the slice was asked for', async () => {
    const { objectives, warnings } = await mapped(
      writtenSlo({
        spec: { budgetingMethod: 'Timeslices' },
        indicator: THRESHOLD,
        objective: { op: 'gte', value: 5, timeSliceTarget: 0.9, timeSliceWindow: '1m' },
        annotations: { metric: 'throughput', 'value-unit': '1/s' },
      }),
    );
    assert.equal(objectives.length, 1);
    assert.match(warnings.join('\n'), /timeSliceTarget: it says nothing about throughput/);
  });
});
