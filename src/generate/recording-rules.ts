import type { ResolvedObjective } from '../sla/resolved-objective.ts';
import { formatDuration } from '../time/duration.ts';
import type { Claim } from './claims.ts';
import { COUNTER, IDENTITY, LABEL } from './labels.ts';
import { BASE_MILLIS, type Pace } from './pace.ts';
import { decimal, exactly, type Matcher, selector } from './promql.ts';
import type { RecordingRule } from './rule.ts';
import { SERIES } from './series.ts';
import type { Share } from './share.ts';
import { tiersOf } from './tiers.ts';

const HOUR = 3_600_000;

/** What is recorded of a share: what is evaluated often, and what less often. */
export interface Recordings {
  readonly often: readonly RecordingRule[];
  readonly seldom: readonly RecordingRule[];
}

/** The window over which the promise holds, where PromQL can look back over it. */
export function periodOf({ calendar, windowMillis }: ResolvedObjective): number | undefined {
  return calendar === undefined && windowMillis >= BASE_MILLIS ? windowMillis : undefined;
}

/** The recording rules of a share of an objective. */
export function recordingsOf({ objective, claim, labels }: Share, pace: Pace): Recordings {
  const pairs = tiersOf(objective).flatMap(({ longMillis, shortMillis }) => [longMillis, shortMillis]);
  const burnWindows = ascending([BASE_MILLIS, HOUR, ...pairs]);
  const period = periodOf(objective);
  const windows = ascending([...burnWindows, ...(period === undefined ? [] : [period])]);
  const isShort = (millis: number): boolean => pace.isShort(millis);
  const isLong = (millis: number): boolean => !pace.isShort(millis);
  const labelled = (rule: RecordingRule): RecordingRule => ({ ...rule, labels: { ...labels, ...rule.labels } });
  return {
    often: [
      ...windows.filter(isShort).flatMap((millis) => countsOver(millis, claim, pace)),
      ...burnWindows.filter(isShort).map((millis) => burnRateOver(millis, objective, claim)),
    ].map(labelled),
    seldom: [
      ...windows.filter(isLong).flatMap((millis) => countsOver(millis, claim, pace)),
      ...burnWindows.filter(isLong).map((millis) => burnRateOver(millis, objective, claim)),
      ...promised(objective, claim),
      ...(period === undefined ? [] : attained(objective, period, claim, pace)),
    ].map(labelled),
  };
}

/** Events of all instances together: each instance's increase, for those survive its restarts, and only then the sum. */
function countsOver(millis: number, claim: Claim, pace: Pace): RecordingRule[] {
  const range = pace.duration(millis);
  const direct = (...matchers: Matcher[]): string =>
    `sum by (${IDENTITY}) (increase(${selector(COUNTER.events, ...claim, ...matchers)}[${range}]))`;
  // Every event is in as many windows of 5 m as are evaluated in 5 m, wherever it lies between two samples. What was
  // recorded while the objective was declared otherwise counts on.
  const summed = (series: string): string =>
    `sum by (${IDENTITY}) (sum_over_time(${selector(series, ...claim)}[${range}])) / ${decimal(pace.evaluationsPerBase)}`;
  return pace.isDirect(millis)
    ? [
        { record: SERIES.events(millis), expr: direct() },
        { record: SERIES.good(millis), expr: direct(exactly(LABEL.outcome, 'good')) },
      ]
    : [
        { record: SERIES.events(millis), expr: summed(SERIES.events(BASE_MILLIS)) },
        { record: SERIES.good(millis), expr: summed(SERIES.good(BASE_MILLIS)) },
      ];
}

/** Bad events in a window, by what is recorded of it. */
export function badEvents(millis: number, claim: Claim): string {
  return `${selector(SERIES.events(millis), ...claim)} - ${selector(SERIES.good(millis), ...claim)}`;
}

/** How many times more is bad than may be; nothing without events. */
function spentRatio(millis: number, { budgetRatio }: ResolvedObjective, claim: Claim): string {
  return `(${badEvents(millis, claim)}) / (${selector(SERIES.events(millis), ...claim)} > 0) / ${decimal(budgetRatio)}`;
}

function burnRateOver(millis: number, objective: ResolvedObjective, claim: Claim): RecordingRule {
  return {
    record: SERIES.burnRate,
    expr: spentRatio(millis, objective, claim),
    labels: { [LABEL.window]: formatDuration(millis) },
  };
}

/** What was promised, as series of the copies that report. */
function promised(objective: ResolvedObjective, claim: Claim): RecordingRule[] {
  const reporting = selector(SERIES.events(BASE_MILLIS), ...claim);
  const constant = (value: number): string => `${reporting} * 0 + ${decimal(value)}`;
  const { target, thresholdMillis, slice } = objective;
  const rules: RecordingRule[] = [{ record: SERIES.target, expr: constant(target), labels: namedBy(objective) }];
  if (Number.isFinite(thresholdMillis))
    rules.push({ record: SERIES.responseTimeThreshold, expr: constant(thresholdMillis / 1_000) });
  if (slice !== undefined && 'perSecond' in slice)
    rules.push({ record: SERIES.throughputThreshold, expr: constant(slice.perSecond) });
  return [
    ...rules,
    ...tiersOf(objective).map(({ name, factor, longMillis }) => ({
      record: SERIES.burnRateThreshold,
      expr: constant(factor),
      labels: { [LABEL.tier]: name, [LABEL.window]: formatDuration(longMillis) },
    })),
  ];
}

/** What became of it: the share of good events in the period, what is left of the budget, and for how long. */
function attained(objective: ResolvedObjective, period: number, claim: Claim, pace: Pace): RecordingRule[] {
  const labels = namedBy(objective);
  const remaining = selector(SERIES.remaining, ...claim);
  const hourly = selector(SERIES.burnRate, ...claim, exactly(LABEL.window, formatDuration(HOUR)));
  const seconds = decimal(pace.seconds(period));
  return [
    {
      record: SERIES.compliance,
      expr: `${selector(SERIES.good(period), ...claim)} / (${selector(SERIES.events(period), ...claim)} > 0)`,
      labels,
    },
    { record: SERIES.remaining, expr: `1 - ${spentRatio(period, objective, claim)}`, labels },
    {
      record: SERIES.exhaustedIn,
      expr: `clamp_min(${remaining}, 0) * ${seconds} / on (${IDENTITY}) (${hourly} > 0) or on (${IDENTITY}) (${remaining} <= 0) * 0`,
      labels,
    },
  ];
}

function namedBy({ metric, window }: ResolvedObjective): Record<string, string> {
  return { [LABEL.metric]: metric, [LABEL.window]: window };
}

function ascending(millis: readonly number[]): number[] {
  return [...new Set(millis)].toSorted((a, b) => a - b);
}
