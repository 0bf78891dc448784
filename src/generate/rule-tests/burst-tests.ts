/** Good traffic, then a stretch in which so many fail that the long window just reaches a tier's factor, then good traffic. */
import { formatDuration } from '../../time/duration.ts';
import { LABEL } from '../labels.ts';
import type { Pace } from '../pace.ts';
import { exactly, selector } from '../promql.ts';
import { SERIES } from '../series.ts';
import type { TierName } from '../tiers.ts';
import { firing } from './alert-expectations.ts';
import type { Phase } from './counter-values.ts';
import type { Expectation, RuleTest } from './promtool.ts';
import { countersOf, eventsAt, type Subject, type TestedTier } from './subject.ts';

/** How far over the factor the long window gets, and how much of the stretch is not enough yet. */
const OVER = 1.08;
const NOT_YET = 0.85;

/** The time between two samples, and between two evaluations, in milliseconds. */
interface Steps {
  readonly step: number;
  readonly evaluation: number;
}

/** When things happen, in milliseconds since the beginning. */
interface Burst {
  readonly subject: Subject;
  readonly tier: TestedTier;
  readonly begins: number;
  readonly ends: number;
  readonly badRatio: number;
}

export function burstTests(name: TierName, all: readonly Subject[], steps: Steps, pace: Pace): RuleTest[] {
  const bursts = all.flatMap((subject) =>
    subject.tiers.filter((tier) => tier.name === name).flatMap((tier) => burstOf(subject, tier, steps)),
  );
  const [first] = bursts;
  if (first === undefined) return [];
  const { longMillis, shortMillis } = first.tier;
  const lasts = Math.max(...bursts.map(({ ends }) => ends)) + shortMillis + 4 * steps.evaluation;
  return [
    {
      name: `${name}: fires once the last ${formatDuration(longMillis)} lost enough, and no longer than the last ${formatDuration(shortMillis)} do`,
      interval: pace.duration(steps.step),
      input_series: bursts.flatMap((burst) => inputOf(burst, lasts, steps)),
      promql_expr_test: bursts.flatMap((burst) => expectationsOf(burst, steps, pace)),
    },
  ];
}

/** A quarter of the long window, or as much as it takes when everything fails; none where that would be nearly all of it. */
function burstOf(subject: Subject, tier: TestedTier, { evaluation }: Steps): Burst[] {
  const needed = OVER * tier.factor * subject.objective.budgetRatio;
  if (needed > 0.9) return [];
  const { longMillis: begins } = tier;
  const lasts = Math.ceil((begins * Math.max(0.25, needed)) / evaluation) * evaluation;
  return [{ subject, tier, begins, ends: begins + lasts, badRatio: (needed * begins) / lasts }];
}

function inputOf({ subject, begins, ends, badRatio }: Burst, lasts: number, { step }: Steps): RuleTest['input_series'] {
  const { good: events } = eventsAt(subject, 0);
  const failed = Math.round(events * badRatio);
  const phases = (grows: number, inBurst: number): Phase[] => [
    { steps: begins / step, grows },
    { steps: (ends - begins) / step, grows: inBurst },
    { steps: Math.ceil((lasts - ends) / step), grows },
  ];
  return countersOf(subject, {
    good: phases(events, events - failed),
    bad: phases(0, failed),
  });
}

function expectationsOf({ subject, tier, begins, ends }: Burst, { evaluation }: Steps, pace: Pace): Expectation[] {
  const { name, longMillis, shortMillis, factor } = tier;
  const among = { [LABEL.tier]: name, ...subject.labels };
  const notYet = begins + Math.floor(((ends - begins) * NOT_YET) / evaluation) * evaluation;
  const over = ends + shortMillis + 2 * evaluation;
  const burn = selector(
    SERIES.burnRate,
    ...Object.entries(subject.labels).map(([label, value]) => exactly(label, value)),
    exactly(LABEL.window, formatDuration(longMillis)),
  );
  return [
    firing(pace.duration(notYet), [], among),
    firing(pace.duration(ends), [{ subject, tier }], among),
    // By then the long window still burns, unless its beginning was in the stretch.
    ...(over < begins + longMillis
      ? [
          { expr: `count(${burn} > ${factor * 0.99})`, eval_time: pace.duration(over), exp_samples: ONE },
          firing(pace.duration(over), [], among),
        ]
      : []),
  ];
}

const ONE = [{ labels: '{}', value: 1 }];
