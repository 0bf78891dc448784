import assert from 'node:assert/strict';
import { mapped, RATIO, THRESHOLD, writtenSlo } from './written-documents.ts';

const SLICES = { timeSliceTarget: 0.95, timeSliceWindow: '1m' };

describe('objectivesOf, of what it has nothing like', () => {
  const REFUSED: readonly (readonly [string, Parameters<typeof writtenSlo>[0], string, RegExp])[] = [
    ['a target of 0', { objective: { target: 0 } }, 'spec.objectives[0].target', /over 0/],
    [
      'a response time without a unit',
      { indicator: THRESHOLD, objective: { op: 'lte', value: 300 }, annotations: { metric: 'response_time' } },
      'spec.objectives[0].value',
      /opentelemetry-resilience\/value-unit: ms/,
    ],
    [
      'a response time of a ratio without a threshold',
      { annotations: { metric: 'response_time' } },
      'spec.objectives[0]',
      /opentelemetry-resilience\/threshold: 300ms/,
    ],
    [
      'a response time that is to be long',
      {
        indicator: THRESHOLD,
        objective: { op: 'gt', value: 300 },
        annotations: { metric: 'response_time', 'value-unit': 'ms' },
      },
      'spec.objectives[0].op',
      /^'lte'/,
    ],
    [
      'a response time beyond the longest that counts',
      {
        indicator: THRESHOLD,
        objective: { op: 'lte', value: 61 },
        annotations: { metric: 'response_time', 'value-unit': 'm' },
      },
      'spec.objectives[0]',
      /1h/,
    ],
    [
      'both a value and a threshold',
      {
        indicator: THRESHOLD,
        objective: { op: 'lte', value: 300 },
        annotations: { metric: 'response_time', 'value-unit': 'ms', threshold: '300ms' },
      },
      'metadata.annotations.opentelemetry-resilience/threshold',
      /nothing/,
    ],
    [
      'a throughput that is to be low',
      {
        indicator: THRESHOLD,
        objective: { op: 'lt', value: 3 },
        annotations: { metric: 'throughput', 'value-unit': '1/s' },
      },
      'spec.objectives[0].op',
      /^'gte'/,
    ],
    [
      'a throughput of nothing',
      {
        indicator: THRESHOLD,
        objective: { op: 'gte', value: 0 },
        annotations: { metric: 'throughput', 'value-unit': '1/s' },
      },
      'spec.objectives[0].value',
      /over 0/,
    ],
    [
      'a throughput of a ratio',
      { annotations: { metric: 'throughput', 'value-unit': '1/s' } },
      'metadata.annotations.opentelemetry-resilience/metric',
      /ratioMetric/,
    ],
    [
      'an availability of a threshold',
      { indicator: THRESHOLD, objective: { op: 'gte', value: 0.99 } },
      'metadata.annotations.opentelemetry-resilience/metric',
      /thresholdMetric/,
    ],
    [
      'a slice longer than the window',
      { spec: { budgetingMethod: 'Timeslices' }, objective: { ...SLICES, timeSliceWindow: '29d' } },
      'spec.objectives[0].timeSliceWindow',
      /1s to the window/,
    ],
  ];
  for (const [title, change, path, allowed] of REFUSED) {
    it(`refuses ${title}`, async () => {
      const { objectives, problems } = await mapped(writtenSlo(change));
      assert.deepEqual(objectives, []);
      assert.deepEqual(
        problems.map((problem) => problem.path),
        [`SLO 'slo' ${path}`],
      );
      assert.match(problems[0]!.allowed, allowed);
    });
  }

  it('refuses composite SLOs, at each objective that has an indicator of its own', async () => {
    const inline = { metadata: { name: 'own' }, spec: RATIO };
    const objectives = [
      { target: 0.9, indicator: inline, compositeWeight: 2 },
      { target: 0.8, indicator: inline },
    ];
    const { problems } = await mapped(writtenSlo({ spec: { indicator: undefined, objectives } }));
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["SLO 'slo' spec.objectives[0].indicator", "SLO 'slo' spec.objectives[1].indicator"],
    );
    assert.match(problems[0]!.allowed, /composite SLOs are not supported; write an SLO for each objective/);
  });
});
