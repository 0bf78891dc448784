import assert from 'node:assert/strict';
import { ConfigurationError } from '../../src/errors.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { objectiveProblems } from '../../src/sla/objective-problems.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';

type Fields = Record<string, unknown> & { metric?: string };

const GOOD = { metric: 'availability', target: 0.99 };
const SLOW = { metric: 'response_time', target: '300ms' };
const BUSY = { metric: 'throughput', target: 10 };

const RATIO = /^a number over 0 and under 1/;
const TARGET_MILLIS = /^over 0 to 1h, the maxDuration \(milliseconds as a number, or a string such as '250ms'/;
const WINDOW =
  /^5s to 366d \(milliseconds as a number, or a string such as '250ms', '30s', '5m', '1h', '30d'\), or a period of the calendar such as \{ every: '1M' \}$/;
const NAME = /1 to 200 characters$/;

/** Per field, values that cannot stand there, and what the error says may. */
const REFUSED: readonly (readonly [base: Fields, field: string, values: readonly unknown[], allowed: RegExp])[] = [
  [GOOD, 'target', [0, 1, -0.1, 1.5, 99.9, NaN, Infinity, '0.99', null, undefined, [], 1n], RATIO],
  [{ metric: 'error_rate' }, 'target', [0, 1, -1, 2, NaN, '1%', undefined], RATIO],
  [
    SLOW,
    'target',
    [0, '0ms', -5, '61m', 3_600_001, '300', '300 ms', '5w', NaN, Infinity, undefined, null, {}],
    TARGET_MILLIS,
  ],
  [BUSY, 'target', [0, -1, NaN, Infinity, '10', '10/s', undefined, null], /^requests a second, a number over 0$/],
  [SLOW, 'percentile', [0, 1, 95, -0.5, NaN, '0.95', null, 1n], RATIO],
  [BUSY, 'sliceRatio', [0, 1, 99, NaN, '0.9', null], RATIO],
  [BUSY, 'slice', [0, 999, '0.5s', '31d', '1 minute', null, NaN], /^1s to the window \(milliseconds/],
  [GOOD, 'slice', [0, 999, '31d', null], /^1s to the window \(milliseconds/],
  [SLOW, 'sliceRatio', [0.99], /^nothing without slice/],
  [{ ...GOOD, slice: '1m' }, 'target', [0, 1.1, '1', undefined], /^a number over 0 to 1, for each slice$/],
  [
    { metric: 'error_rate', slice: '1m' },
    'target',
    [1, -0.1, '0', undefined],
    /^a number of at least 0 and under 1, for each slice$/,
  ],
  [{ ...SLOW, slice: '1m' }, 'percentile', [0, 1.1, null], /^a number over 0 to 1/],
  [{ ...GOOD, slice: '1m' }, 'sliceRatio', [0, 1, '0.9', null], RATIO],
  [GOOD, 'window', [0, '0s', '0d', 4_999, '4s', '367d', '30 days', '30D', '1w', -1, NaN, Infinity, null, []], WINDOW],
  [GOOD, 'minEvents', [0, -1, 1.5, NaN, Infinity, '10', null], /^a whole number of at least 1$/],
  [GOOD, 'name', ['', 5, null, 'x'.repeat(201), Symbol('x')], NAME],
  [GOOD, 'service', ['', 5, null, 'x'.repeat(201), ['a']], NAME],
  [GOOD, 'operation', ['', 5, null, 'x'.repeat(201)], NAME],
  [
    GOOD,
    'kind',
    ['SERVER', '', [], ['server', 'x'], 1, null, Symbol('server'), [Symbol('x')]],
    /^one or more of internal, server/,
  ],
  [
    { target: 0.9 },
    'metric',
    ['latency', 'Availability', '', 5, null, undefined, [], 'toString'],
    /^one of availability, error_rate/,
  ],
];

const ACCEPTED: readonly Fields[] = [
  GOOD,
  { metric: 'error_rate', target: 0.001 },
  SLOW,
  { ...SLOW, target: 1, percentile: 0.999 },
  { ...SLOW, target: '1h' },
  BUSY,
  { ...BUSY, target: 0.01, slice: '1s', sliceRatio: 0.5 },
  { ...BUSY, window: '10m', slice: '10m' },
  { ...GOOD, target: 1, slice: '1m', sliceRatio: 0.9 },
  { metric: 'error_rate', target: 0, slice: '30d' },
  { ...SLOW, percentile: 1, slice: 1_000 },
  { ...GOOD, window: '5s' },
  { ...GOOD, window: '366d' },
  { ...GOOD, window: { every: '1M' } },
  { ...BUSY, window: { every: '1d' }, slice: '1d' },
  { ...GOOD, kind: 'internal' },
  { ...GOOD, kind: ['server', 'consumer'], service: '*', operation: 'GET *', name: 'n', minEvents: 1 },
  { ...GOOD, name: undefined, window: undefined },
];

/** Fields that another metric has, or nobody. */
const UNKNOWN: readonly (readonly [base: Fields, field: string, fields: RegExp])[] = [
  [
    GOOD,
    'percentile',
    /^no such field for availability; its fields are name, service, operation, kind, window, minEvents, metric, target, slice, sliceRatio$/,
  ],
  [{ metric: 'error_rate', target: 0.1 }, 'percentile', /^no such field for error_rate/],
  [BUSY, 'percentile', /^no such field for throughput; .*slice, sliceRatio$/],
  [GOOD, 'windows', /^no such field/],
  [GOOD, 'budget', /^no such field/],
];

function problemsOf(...objectives: unknown[]): { path: string; value: unknown; allowed: string }[] {
  return [...objectiveProblems(objectives, 'objectives', 3_600_000)];
}

describe('what is wrong with an objective', () => {
  for (const [base, field, values, allowed] of REFUSED) {
    it(`is told of ${base.metric ?? 'any'}.${field} by objective, field, value and range`, () => {
      for (const value of values) {
        const problems = problemsOf({ ...base, [field]: value });
        assert.deepEqual(
          problems.map((each) => each.path),
          [`objectives[0]${labelOf(field, value)}.${field}`],
        );
        assert.ok(Object.is(problems[0]?.value, value));
        assert.match(problems[0]?.allowed ?? '', allowed);
      }
    });
  }

  for (const [base, field, allowed] of UNKNOWN) {
    it(`is the field ${field} of ${base.metric}, which there is not`, () => {
      const [problem, ...more] = problemsOf({ ...base, [field]: 0.5 });
      assert.deepEqual([problem?.path, problem?.value, more], [`objectives[0].${field}`, 0.5, []]);
      assert.match(problem?.allowed ?? '', allowed);
    });
  }

  it('is nothing where everything is in range', () => {
    for (const objective of ACCEPTED) assert.deepEqual(problemsOf(objective), [], JSON.stringify(objective));
  });

  it('is what is no objective at all', () => {
    for (const value of [null, undefined, 5, 'availability', [], () => GOOD]) {
      assert.deepEqual(problemsOf(value), [
        { path: 'objectives[0]', value, allowed: 'an object with a metric and a target' },
      ]);
    }
    assert.deepEqual(objectiveProblems('availability', 'objectives', 1), [
      { path: 'objectives', value: 'availability', allowed: 'an array of objectives' },
    ]);
  });

  it('is a target over the greatest duration that is set', () => {
    assert.equal(objectiveProblems([{ ...SLOW, target: '2s' }], 'o', 2_000).length, 0);
    assert.match(objectiveProblems([{ ...SLOW, target: '3s' }], 'o', 2_000)[0]?.allowed ?? '', /^over 0 to 2s/);
  });

  it('names the objective by its own name too', () => {
    const [problem] = problemsOf(GOOD, { ...GOOD, name: 'checkout works', target: 2 });
    assert.equal(problem?.path, "objectives[1] ('checkout works').target");
  });

  it('is everything at once, in one error', () => {
    const objectives = [
      { metric: 'availability', target: 99.9, window: '30 days', service: '' },
      { name: 'odd', metric: 'latency', target: '300ms', window: 0 },
      { metric: 'response_time', target: '1y', percentile: 95, colour: 'red' },
      { name: 'same', metric: 'availability', target: 0.9 },
      { name: 'same', metric: 'error_rate', target: 0.1 },
    ] as unknown as Objective[];
    assert.throws(
      () => new SlaTracker({ objectives, minEvents: 0 }),
      (error: unknown) => {
        assert.ok(error instanceof ConfigurationError);
        assert.equal(error.code, 'INVALID_CONFIGURATION');
        const expected = [
          'objectives[0].service: expected a service name',
          'objectives[0].window: expected 5s to 366d',
          'objectives[0].target: expected a number over 0 and under 1',
          "objectives[1] ('odd').metric: expected one of availability",
          "objectives[1] ('odd').window: expected 5s to 366d",
          'objectives[2].percentile: expected a number over 0 and under 1',
          'objectives[2].target: expected over 0 to 1h',
          'objectives[2].colour: expected no such field for response_time',
          'objectives[4].name: expected a name that objectives[3] does not have already, got "same"',
          'minEvents: expected a whole number of at least 1, got 0',
        ];
        const lines = error.message.split('\n');
        assert.deepEqual(
          lines.map((line, index) => line.slice(0, expected[index]?.length)),
          expected,
        );
        return true;
      },
    );
  });

  it('is told by setTarget, which then changes nothing', () => {
    const tracker = new SlaTracker({
      objectives: [{ name: 'a', metric: 'availability', target: 0.9, service: 'shop' }],
    });
    assert.throws(
      () => tracker.setTarget({ name: 'a', metric: 'availability', target: 9 }),
      /setTarget\[0\] \('a'\)\.target: expected a number over 0 and under 1.*, got 9/,
    );
    assert.equal(tracker.report().services[0]?.objectives[0]?.target, 0.9);
  });
});

describe('names of objectives', () => {
  const DUPLICATES: readonly (readonly [fact: string, first: Fields, second: Fields])[] = [
    ['the same name', { ...GOOD, name: 'a' }, { ...SLOW, name: 'a' }],
    ['the same name for two services', { ...GOOD, name: 'a', service: 'x' }, { ...GOOD, name: 'a', service: 'y' }],
    ['no name and the same default', GOOD, GOOD],
    ['no name and the same default for one service', { ...GOOD, service: 'x' }, { ...GOOD, service: 'x', target: 0.9 }],
    [
      'a name that is the default of another',
      { ...GOOD, service: 'x' },
      { ...SLOW, service: 'x', name: 'availability' },
    ],
    [
      'a default that is the name of another',
      { ...SLOW, service: 'x', name: 'availability' },
      { ...GOOD, service: 'x' },
    ],
  ];
  for (const [fact, first, second] of DUPLICATES) {
    it(`are refused with ${fact}`, () => {
      const [problem, ...more] = problemsOf(first, second);
      assert.deepEqual([problem?.path, more], ['objectives[1].name', []]);
      assert.equal(problem?.allowed, 'a name that objectives[0] does not have already');
    });
  }

  it('are told apart by metric, percentile, window, operation and kind where none is given', () => {
    const different = [
      GOOD,
      { ...GOOD, window: '7d' },
      { ...GOOD, operation: 'GET /' },
      { ...GOOD, kind: 'client' },
      { ...GOOD, service: 'x' },
    ];
    assert.deepEqual(problemsOf(...different, SLOW, { ...SLOW, percentile: 0.99 }, BUSY), []);
  });

  it('are refused thrice with three of the same', () => {
    assert.deepEqual(
      problemsOf(GOOD, GOOD, GOOD).map(({ path }) => path),
      ['objectives[1].name', 'objectives[2].name'],
    );
  });
});

describe('objectives that are legal but cannot do what they seem to', () => {
  const WARNED: readonly (readonly [objective: Objective, warnings: readonly string[]])[] = [
    [{ metric: 'availability', target: 0.999 }, []],
    [
      { metric: 'availability', target: 0.6, window: '90d', service: 'shop' },
      [
        "objective 'availability_90d' (service 'shop', target 0.6, window 90d) can never be at risk before it is breached: its error budget is too large for every burn-rate pair; raise the target or shorten the window",
      ],
    ],
    [
      { name: 'rough', metric: 'availability', target: 0.9 },
      [
        "objective 'rough' (service '*', target 0.9, window 30d): not even a total failure burns fast enough for the burn-rate pair(s) over 1h; they are left out",
      ],
    ],
    [
      { name: 'short', metric: 'availability', target: 0.999, window: '1d' },
      [
        "objective 'short' (service '*', target 0.999, window 1d): the burn-rate pair(s) over 1h, 6h, 1d, 3d would fire while on course in so short a window; their factor is raised to 1",
      ],
    ],
  ];
  for (const [objective, warnings] of WARNED) {
    it(`${warnings.length === 0 ? 'warn of nothing' : 'say so'}: ${JSON.stringify(objective)}`, () => {
      assert.deepEqual(new SlaTracker({ objectives: [objective] }).snapshot().warnings, warnings);
    });
  }
});

function labelOf(field: string, value: unknown): string {
  return field === 'name' && typeof value === 'string' && value !== '' ? ` ('${value.slice(0, 200)}')` : '';
}
