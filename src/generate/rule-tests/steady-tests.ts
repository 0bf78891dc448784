/** Traffic that goes on as it is: at, above and below each tier's factor, without failures, and without requests. */
import type { ResolvedObjective } from '../../sla/resolved-objective.ts';
import { formatDuration } from '../../time/duration.ts';
import { LABEL } from '../labels.ts';
import { BASE_MILLIS, type Pace } from '../pace.ts';
import { decimal } from '../promql.ts';
import { periodOf } from '../recording-rules.ts';
import type { Labels } from '../rule.ts';
import { SERIES } from '../series.ts';
import { TIER_NAMES } from '../tiers.ts';
import { firing, silent, tiersAt } from './alert-expectations.ts';
import { type Expectation, type RuleTest, seriesText } from './promtool.ts';
import { countersOf, eventsAt, justOver, justUnder, type Subject } from './subject.ts';

const MINUTE = 60_000;
const STEPS = 8;
const LOOKED_AT = 7 * MINUTE;

export function steadyTests(subjects: readonly Subject[], pace: Pace): RuleTest[] {
  if (subjects.length === 0) return [];
  return [
    ...TIER_NAMES.flatMap((name) => aroundTier(name, subjects, pace)),
    allGood(subjects, pace),
    idle(subjects, pace),
  ];
}

function aroundTier(name: string, all: readonly Subject[], pace: Pace): RuleTest[] {
  const tierOf = ({ tiers }: Subject): Subject['tiers'][number] => tiers.find((tier) => tier.name === name)!;
  const subjects = all.filter(({ tiers }) => tiers.some((tier) => tier.name === name));
  if (subjects.length === 0) return [];
  const at = (burnRateOf: (subject: Subject) => number): Pick<RuleTest, 'input_series' | 'promql_expr_test'> => ({
    input_series: subjects.flatMap((subject) => steady(subject, burnRateOf(subject))),
    promql_expr_test: [
      firing(pace.duration(LOOKED_AT), tiersAt(subjects, burnRateOf)),
      ...subjects.flatMap((subject) => spent(subject, burnRateOf(subject), pace)),
    ],
  });
  return [
    {
      name: `fires just above the factor of ${name}`,
      ...interval(pace),
      ...at((each) => justOver(tierOf(each), each)),
    },
    { name: `is silent just below the factor of ${name}`, ...interval(pace), ...at((each) => justUnder(tierOf(each))) },
  ];
}

/** What is left of the budget where it has always burned at a rate, and for how long. */
function spent(subject: Subject, burnRate: number, pace: Pace): Expectation[] {
  const period = periodOf(subject.objective);
  if (period === undefined) return [];
  const of = (name: string): string => seriesText(name, subject.labels);
  const between = (series: string, least: number, most: number): Expectation => ({
    expr: `count(${series} >= ${decimal(least)} <= ${decimal(most)})`,
    eval_time: pace.duration(LOOKED_AT),
    exp_samples: [{ labels: '{}', value: 1 }],
  });
  // Within a fiftieth of what was spent.
  const [least, most] = [1 - burnRate * 1.02, 1 - burnRate * 0.98];
  const lasting = (remaining: number): number => (Math.max(0, remaining) * pace.seconds(period)) / burnRate;
  return [
    between(of(SERIES.compliance), 1 - (1 - least) * subject.objective.budgetRatio, 1),
    between(of(SERIES.remaining), least, most),
    between(of(SERIES.exhaustedIn), lasting(least) * 0.98, lasting(most) * 1.02),
  ];
}

function allGood(subjects: readonly Subject[], pace: Pace): RuleTest {
  const at = pace.duration(LOOKED_AT);
  const judged = subjects.filter(({ objective }) => periodOf(objective) !== undefined);
  const each = (
    name: string,
    some: readonly Subject[],
    value: (subject: Subject) => number | undefined,
    more: (subject: Subject) => Labels = ({ objective: { metric, window } }) => ({
      [LABEL.metric]: metric,
      [LABEL.window]: window,
    }),
  ): Expectation => ({
    expr: name,
    eval_time: at,
    exp_samples: some.flatMap((subject) => {
      const expected = value(subject);
      const labels = seriesText(name, { ...subject.labels, ...more(subject) });
      return expected === undefined ? [] : [{ labels, value: expected }];
    }),
  });
  const none = (): Labels => ({});
  return {
    name: 'knows what was promised, and is silent while all is good',
    ...interval(pace),
    input_series: subjects.flatMap((subject) => steady(subject, 0)),
    promql_expr_test: [
      silent(at),
      each(SERIES.target, subjects, ({ objective }) => objective.target),
      each(SERIES.compliance, judged, () => 1),
      each(SERIES.remaining, judged, () => 1),
      { expr: SERIES.exhaustedIn, eval_time: at, exp_samples: [] },
      each(SERIES.responseTimeThreshold, subjects, ({ objective }) => secondsOf(objective), none),
      each(SERIES.throughputThreshold, subjects, ({ objective }) => requestsOf(objective), none),
      {
        expr: SERIES.burnRateThreshold,
        eval_time: at,
        exp_samples: subjects.flatMap((subject) =>
          subject.tiers.map(({ name, factor, longMillis }) => ({
            labels: seriesText(SERIES.burnRateThreshold, {
              ...subject.labels,
              [LABEL.tier]: name,
              [LABEL.window]: formatDuration(longMillis),
            }),
            value: Number(factor.toPrecision(12)),
          })),
        ),
      },
    ],
  };
}

function secondsOf({ thresholdMillis }: ResolvedObjective): number | undefined {
  return Number.isFinite(thresholdMillis) ? thresholdMillis / 1_000 : undefined;
}

function requestsOf({ slice }: ResolvedObjective): number | undefined {
  return slice !== undefined && 'perSecond' in slice ? slice.perSecond : undefined;
}

/** Counters that are there, and stand still. */
function idle(subjects: readonly Subject[], pace: Pace): RuleTest {
  const at = pace.duration(LOOKED_AT);
  const still = [{ steps: STEPS, grows: 0 }];
  return {
    name: 'is silent without traffic, and shows no burn rate',
    ...interval(pace),
    input_series: subjects.flatMap((subject) => countersOf(subject, { good: still, bad: still })),
    promql_expr_test: [
      silent(at),
      ...[SERIES.burnRate, SERIES.compliance, SERIES.remaining].map((expr) => ({
        expr,
        eval_time: at,
        exp_samples: [],
      })),
      {
        expr: SERIES.events(BASE_MILLIS),
        eval_time: at,
        exp_samples: subjects.map((subject) => ({
          labels: seriesText(SERIES.events(BASE_MILLIS), subject.labels),
          value: 0,
        })),
      },
    ],
  };
}

function steady(subject: Subject, burnRate: number): RuleTest['input_series'] {
  const { good, bad } = eventsAt(subject, burnRate);
  return countersOf(subject, { good: [{ steps: STEPS, grows: good }], bad: [{ steps: STEPS, grows: bad }] });
}

function interval(pace: Pace): Pick<RuleTest, 'interval'> {
  return { interval: pace.duration(MINUTE) };
}
