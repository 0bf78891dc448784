/** Hardly any traffic, all of it bad: a failure or two tell nobody, more of them do. */
import type { Pace } from '../pace.ts';
import { firing, silent } from './alert-expectations.ts';
import type { Phase } from './counter-values.ts';
import type { RuleTest } from './promtool.ts';
import { countersOf, type Subject } from './subject.ts';

const MINUTE = 60_000;
/** The last bad event comes here, and in so many steps at most. */
const LAST = 15;
const STEPS = 10;
/** Sums have seen all by then, and the shortest window still sees the last. */
const LOOKED_AT = 18.5 * MINUTE;
const AFTER = 5;
const NONE: readonly Phase[] = [{ steps: LAST + AFTER, grows: 0 }];

export function floorTests(all: readonly Subject[], pace: Pace): RuleTest[] {
  const at = pace.duration(LOOKED_AT);
  const floors = ({ tiers }: Subject): number[] => tiers.map(({ leastBad }) => leastBad);
  const test = (
    name: string,
    subjects: readonly Subject[],
    badOf: (subject: Subject) => number,
    expected: RuleTest['promql_expr_test'],
  ): RuleTest[] =>
    subjects.length === 0
      ? []
      : [
          {
            name,
            interval: pace.duration(MINUTE),
            input_series: subjects.flatMap((subject) =>
              countersOf(subject, { good: NONE, bad: trickle(badOf(subject)) }),
            ),
            promql_expr_test: expected,
          },
        ];
  const under = all.filter(({ tiers }) => tiers.length > 0 && tiers.every(({ leastBad }) => leastBad > 1));
  const over = all.filter(({ tiers }) => tiers.length > 0);
  return [
    ...test(
      'is silent for fewer bad events than it takes',
      under,
      // An increase is an estimate, within 5 % here.
      (subject) => Math.min(Math.min(...floors(subject)) - 1, Math.floor(Math.min(...floors(subject)) * 0.94)),
      [silent(at)],
    ),
    ...test(
      'fires for enough bad events, however little traffic there is',
      over,
      (subject) => Math.ceil(Math.max(1, ...floors(subject)) * 1.2),
      [
        firing(
          at,
          over.flatMap((subject) => subject.tiers.map((tier) => ({ subject, tier }))),
        ),
      ],
    ),
  ];
}

/** So many bad events, the last ones at full pace. */
function trickle(bad: number): Phase[] {
  const grows = Math.ceil(bad / STEPS);
  const steps = Math.floor(bad / grows);
  return [
    { steps: LAST - steps - 1, grows: 0 },
    { steps: 1, grows: bad - steps * grows },
    { steps, grows },
    { steps: AFTER, grows: 0 },
  ];
}
