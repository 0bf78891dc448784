import assert from 'node:assert/strict';
import type { CalendarWindow, Objective } from '../../src/sla/objective.ts';
import { objectiveProblems } from '../../src/sla/objective-problems.ts';
import { resolveObjective } from '../../src/sla/resolved-objective.ts';

const DAY = 86_400_000;

function problemsOf(window: unknown): { path: string; value: unknown; allowed: string }[] {
  return [...objectiveProblems([{ metric: 'availability', target: 0.9, window }], 'objectives', 1)];
}

function resolved(window: CalendarWindow, rest: Partial<Objective> = {}): ReturnType<typeof resolveObjective> {
  return resolveObjective({ metric: 'availability', target: 0.999, window, ...rest } as Objective, { minEvents: 1 });
}

describe('a window of the calendar', () => {
  for (const window of [
    { every: '1d' },
    { every: '366d', timeZone: 'Europe/Berlin' },
    { every: '52w', startTime: '2026-01-05' },
    { every: '12M', startTime: '2020-01-21 12:30:00', timeZone: 'America/New_York' },
    { every: '4Q', startTime: '2026-01-31T06:00:05' },
    { every: '1Y', startTime: undefined, timeZone: undefined },
  ]) {
    it(`may be ${JSON.stringify(window)}`, () => {
      assert.deepEqual(problemsOf(window), []);
    });
  }

  for (const [field, values, allowed] of [
    [
      'every',
      [
        undefined,
        null,
        1,
        '',
        '1',
        'd',
        '0d',
        '01d',
        '1m',
        '12h',
        '1.5d',
        '-1d',
        '1 M',
        '367d',
        '53w',
        '13M',
        '5Q',
        '2Y',
      ],
      "a count and d, w, M, Q or Y, such as '1w' or '1M', of 366 d at most",
    ],
    [
      'startTime',
      [
        null,
        0,
        '',
        'today',
        '2026-02-30',
        '2026-01-01Z',
        '2026-01-01 00:00:00+02:00',
        '2026-01-01 00:00:01',
        new Date(0),
      ],
      "a local time such as '2026-01-31 06:00:00', without a time zone and at a multiple of 5 s",
    ],
    [
      'timeZone',
      [null, 1, '', 'Europe/Atlantis', '+01:00', 'Europe/Berlin '],
      "the IANA name of a time zone, such as 'Europe/Berlin'",
    ],
    ['isRolling', [false], 'no such field; the fields are every, startTime, timeZone'],
  ] as const) {
    it(`is told what is wrong with its ${field}`, () => {
      for (const value of values)
        assert.deepEqual(
          problemsOf({ every: '1M', [field]: value }),
          [{ path: 'objectives[0].window', value, allowed }].map((problem) => ({
            ...problem,
            path: `${problem.path}.${field}`,
          })),
        );
    });
  }

  it('is told everything that is wrong at once', () => {
    const problems = problemsOf({ every: '1m', startTime: 'now', timeZone: 'here', every2: '1M' });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['every', 'startTime', 'timeZone', 'every2'].map((field) => `objectives[0].window.${field}`),
    );
  });

  it('does not keep what else is wrong from being told', () => {
    const problems = objectiveProblems(
      [{ metric: 'throughput', target: 0, slice: '2d', window: { every: '1d' } }],
      'o',
      1,
    );
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['o[0].slice', 'o[0].target'],
    );
  });

  it('is called by its length and time zone in reports and metrics', () => {
    assert.equal(
      resolved({ every: '1M', timeZone: 'Europe/Berlin', startTime: '2026-01-15' }).window,
      '1M@Europe/Berlin',
    );
    assert.equal(resolved({ every: '7d' }).window, '7d@UTC');
  });

  it('gives its objective a name that tells its length', () => {
    assert.equal(resolved({ every: '1M', timeZone: 'Europe/Berlin' }).name, 'availability_1M');
    assert.equal(resolved({ every: '30d' }).name, 'availability_30d');
    assert.equal(
      resolved({ every: '1Q' }, { metric: 'response_time', target: '1s', operation: 'GET /' }).name,
      'GET / response_time_p95_1Q',
    );
  });

  it('has the burn-rate pairs of its nominal length', () => {
    for (const [every, days] of [
      ['1d', 1],
      ['2w', 14],
      ['1M', 30],
      ['1Q', 91],
      ['1Y', 365],
    ] as const) {
      const { windowMillis, pairs } = resolved({ every });
      assert.equal(windowMillis, days * DAY);
      const sliding = resolveObjective({ metric: 'availability', target: 0.999, window: `${days}d` }, { minEvents: 1 });
      assert.deepEqual(pairs, sliding.pairs);
    }
  });

  it('reaches as far back as its longest period, and a day more for clocks that are put back', () => {
    assert.equal(resolved({ every: '1M' }).reachMillis, 32 * DAY);
    assert.equal(resolved({ every: '2M' }).reachMillis, 63 * DAY);
    assert.equal(resolved({ every: '1Y' }).reachMillis, 367 * DAY);
  });
});
