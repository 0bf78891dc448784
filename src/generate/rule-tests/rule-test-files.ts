import type { Pace } from '../pace.ts';
import { burstTests } from './burst-tests.ts';
import { floorTests } from './floor-tests.ts';
import type { RuleTest, RuleTestFile } from './promtool.ts';
import { reportingTests } from './reporting-tests.ts';
import { restartTests } from './restart-tests.ts';
import type { RuleFile } from '../rule.ts';
import { steadyTests } from './steady-tests.ts';
import type { Subject } from './subject.ts';

const MINUTE = 60_000;
/** Days are looked through in larger steps; sums are too small then by the same factor, good and bad alike. */
const LARGE_STEP_MILLIS = 2.5 * MINUTE;
const LARGE_EVALUATION_MILLIS = 15 * MINUTE;

/** Tests of a set of rules: of an hour and a half at most, and of days. */
export function ruleTestFiles(
  subjects: readonly Subject[],
  context: {
    readonly pace: Pace;
    readonly stoppedForMillis: number;
    readonly ruleFiles: Readonly<Record<string, RuleFile>>;
  },
): { readonly hours: RuleTestFile; readonly days: RuleTestFile } {
  const { pace, stoppedForMillis, ruleFiles } = context;
  const rules = {
    rule_files: Object.keys(ruleFiles),
    group_eval_order: Object.values(ruleFiles).flatMap(({ groups }) => groups.map(({ name }) => name)),
  };
  const long = (['medium', 'slow', 'trend'] as const).flatMap((name): RuleTest[] =>
    burstTests(name, subjects, { step: LARGE_STEP_MILLIS, evaluation: LARGE_EVALUATION_MILLIS }, pace),
  );
  return {
    hours: {
      ...rules,
      evaluation_interval: pace.interval,
      tests: [
        ...steadyTests(subjects, pace),
        ...burstTests('fast', subjects, { step: MINUTE, evaluation: MINUTE }, pace),
        ...floorTests(subjects, pace),
        ...restartTests(subjects, pace),
        ...reportingTests(subjects, pace, stoppedForMillis),
      ],
    },
    days: { ...rules, evaluation_interval: pace.duration(LARGE_EVALUATION_MILLIS), tests: long },
  };
}
