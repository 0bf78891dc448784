import assert from 'node:assert/strict';
import { mapped, THRESHOLD, writtenSlo } from './written-documents.ts';

const SLICES = { timeSliceTarget: 0.95, timeSliceWindow: '1m' };

/** The one objective of an SLO that is kept without a word. */
async function objectiveOf(change: Parameters<typeof writtenSlo>[0]): Promise<Record<string, unknown>> {
  const { objectives, problems, warnings } = await mapped(writtenSlo(change));
  assert.deepEqual([problems, warnings], [[], []]);
  assert.equal(objectives.length, 1);
  return { ...objectives[0] };
}

describe('objectivesOf, by metric and budgeting method', () => {
  const common = { name: 'slo', service: 'web', window: '28d' };
  const responseTime = { metric: 'response_time', 'value-unit': 'ms' };
  const throughput = { metric: 'throughput', 'value-unit': '1/s' };
  const quick = { op: 'lte', value: 300 };
  const busy = { op: 'gte', value: 50 };
  const TABLE: readonly (readonly [string, Parameters<typeof writtenSlo>[0], Record<string, unknown>])[] = [
    ['a ratio', {}, { metric: 'availability', target: 0.99 }],
    ['a ratio of bad events', { annotations: { metric: 'error_rate' } }, { metric: 'error_rate', target: 0.01 }],
    [
      'targetPercent without the noise of fractions',
      { objective: { target: undefined, targetPercent: 99.99 } },
      { metric: 'availability', target: 0.9999 },
    ],
    [
      'a ratio by time slices',
      { spec: { budgetingMethod: 'Timeslices' }, objective: SLICES },
      { metric: 'availability', target: 0.95, slice: '1m', sliceRatio: 0.99 },
    ],
    [
      'a ratio of bad events by time slices, whose length is a number of minutes',
      {
        spec: { budgetingMethod: 'Timeslices' },
        objective: { ...SLICES, timeSliceWindow: 2.5 },
        annotations: { metric: 'error_rate' },
      },
      { metric: 'error_rate', target: 0.05, slice: 150_000, sliceRatio: 0.99 },
    ],
    [
      'a threshold',
      { indicator: THRESHOLD, objective: quick, annotations: responseTime },
      { metric: 'response_time', target: '300ms', percentile: 0.99 },
    ],
    [
      'a threshold by time slices',
      {
        spec: { budgetingMethod: 'Timeslices' },
        indicator: THRESHOLD,
        objective: { ...quick, ...SLICES, timeSliceTarget: 1 },
        annotations: responseTime,
      },
      { metric: 'response_time', target: '300ms', percentile: 1, slice: '1m', sliceRatio: 0.99 },
    ],
    [
      'a threshold that is annotated, where the indicator is a ratio',
      { annotations: { metric: 'response_time', threshold: '1.5s' } },
      { metric: 'response_time', target: '1500ms', percentile: 0.99 },
    ],
    [
      'a throughput by time slices',
      {
        spec: { budgetingMethod: 'Timeslices' },
        indicator: THRESHOLD,
        objective: { ...busy, ...SLICES, timeSliceTarget: 1 },
        annotations: throughput,
      },
      { metric: 'throughput', target: 50, slice: '1m', sliceRatio: 0.99 },
    ],
    [
      'a throughput by ratios of time slices, which are all 0 or 1',
      {
        spec: { budgetingMethod: 'RatioTimeslices' },
        indicator: THRESHOLD,
        objective: { ...busy, timeSliceWindow: '5m' },
        annotations: { metric: 'throughput', 'value-unit': '1/m' },
      },
      { metric: 'throughput', target: 0.833333333333, slice: '5m', sliceRatio: 0.99 },
    ],
  ];
  for (const [title, change, expected] of TABLE) {
    it(`keeps ${title}`, async () => {
      assert.deepEqual(await objectiveOf(change), { ...common, ...expected });
    });
  }

  for (const [unit, value, target] of [
    ['us', 1500, 1.5],
    ['ms', 300, '300ms'],
    ['s', 0.3, '300ms'],
    ['m', 2, '2m'],
  ] as const) {
    it(`takes ${value} ${unit} for ${target}`, async () => {
      const annotations = { metric: 'response_time', 'value-unit': unit };
      const objective = await objectiveOf({ indicator: THRESHOLD, objective: { op: 'lte', value }, annotations });
      assert.equal(objective['target'], target);
    });
  }

  it('keeps a mean of ratios of requests as nothing else', async () => {
    const { objectives, problems } = await mapped(
      writtenSlo({ spec: { budgetingMethod: 'RatioTimeslices' }, objective: { timeSliceWindow: '1m' } }),
    );
    assert.deepEqual(objectives, []);
    assert.deepEqual(
      problems.map(({ path, value, line }) => [path, value, typeof line]),
      [["SLO 'slo' spec.budgetingMethod", 'RatioTimeslices', 'number']],
    );
  });

  it('measures a throughput of Occurrences by slices of our own, and says so', async () => {
    const { objectives, warnings } = await mapped(
      writtenSlo({ indicator: THRESHOLD, objective: busy, annotations: throughput }),
    );
    assert.deepEqual(objectives, [{ ...common, metric: 'throughput', target: 50, sliceRatio: 0.99 }]);
    assert.match(
      warnings.join('\n'),
      /^slo\.yaml:\d+: SLO 'slo' spec\.objectives\[0\]: a throughput is measured by slices/,
    );
  });

  it('takes a strict operator for the other, and says so', async () => {
    for (const [annotations, objective] of [
      [responseTime, { ...quick, op: 'lt' }],
      [throughput, { ...busy, ...SLICES, timeSliceTarget: 1, op: 'gt' }],
    ] as const) {
      const spec = { budgetingMethod: annotations === throughput ? 'Timeslices' : 'Occurrences' };
      const { objectives, warnings } = await mapped(writtenSlo({ spec, indicator: THRESHOLD, objective, annotations }));
      assert.equal(objectives.length, 1);
      assert.match(warnings.join('\n'), /^[^\n]*spec\.objectives\[0\]\.op: '.t' is taken as '.te'[^\n]*$/);
    }
  });
});

describe('objectivesOf, by time window', () => {
  const calendar = { startTime: '2026-01-01 00:00:00', timeZone: 'Europe/Berlin' };

  for (const [duration, window, isTold] of [
    ['5m', '5m', false],
    ['12h', '12h', false],
    ['4w', '28d', false],
    ['366d', '366d', false],
    ['1m', '1m', true],
    ['1M', '30d', true],
    ['2Q', '180d', true],
    ['1Y', '365d', true],
  ] as const) {
    it(`keeps rolling ${duration} as ${window}${isTold ? ', and says so' : ''}`, async () => {
      const { objectives, warnings } = await mapped(
        writtenSlo({ spec: { timeWindow: [{ duration, isRolling: true }] } }),
      );
      assert.equal(objectives[0]?.window, window);
      assert.equal(warnings.length, isTold ? 1 : 0);
    });
  }

  for (const duration of ['1d', '2w', '1M', '2M', '1Q', '1Y']) {
    it(`keeps ${duration} of the calendar`, async () => {
      const { window } = await objectiveOf({ spec: { timeWindow: [{ duration, calendar }] } });
      assert.deepEqual(window, { every: duration, ...calendar });
    });
  }

  it('takes minutes of the calendar for months, and says so', async () => {
    const spec = { timeWindow: [{ duration: '1m', isRolling: false, calendar }] };
    const { objectives, warnings } = await mapped(writtenSlo({ spec }));
    assert.deepEqual(objectives[0]?.window, { every: '1M', ...calendar });
    assert.match(warnings.join('\n'), /^[^\n]*timeWindow\[0\]\.duration: '1m' is minutes[^\n]*'1M', months$/);
  });

  it('refuses hours and many minutes of the calendar, and what is longer than our windows', async () => {
    for (const timeWindow of [
      { duration: '12h', calendar },
      { duration: '60m', calendar },
      { duration: '13M', calendar },
      { duration: '367d', isRolling: true },
    ]) {
      const { objectives, problems } = await mapped(writtenSlo({ spec: { timeWindow: [timeWindow] } }));
      assert.deepEqual(objectives, []);
      assert.deepEqual(
        problems.map(({ path }) => path),
        ["SLO 'slo' spec.timeWindow[0].duration"],
      );
    }
  });

  it('keeps what has no window over 30 days, and says so', async () => {
    const { objectives, warnings } = await mapped(writtenSlo({ spec: { timeWindow: undefined } }));
    assert.equal(objectives[0]?.window, '30d');
    assert.match(warnings.join('\n'), /no timeWindow/);
  });
});
