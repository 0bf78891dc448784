import type { Pace } from '../pace.ts';
import { burstTests } from './burst-tests.ts';
import { floorTests } from './floor-tests.ts';
import type { RuleTest, RuleTestFile } from './promtool.ts';
import { reportingTests } from './reporting-tests.ts';
import { restartTests } from './restart-tests.ts';
import { steadyTests } from './steady-tests.ts';
import type { Subject } from './subject.ts';

const MINUTE = 60_000;
/** Days are looked through in larger steps; sums are too small then by the same factor, good and bad alike. */
const LARGE_STEP_MILLIS = 2.5 * MINUTE;
const LARGE_EVALUATION_MILLIS = 5 * MINUTE;

/** Tests of a set of rules: of an hour and a half at most, and of days. */
export function ruleTestFiles(
  subjects: readonly Subject[],
  context: { readonly pace: Pace; readonly stoppedForMillis: number; readonly ruleFiles: readonly string[] },
): { readonly hours: RuleTestFile; readonly days: RuleTestFile } {
  const { pace, stoppedForMillis, ruleFiles: rule_files } = context;
  const long = (['medium', 'slow', 'trend'] as const).flatMap((name): RuleTest[] =>
    burstTests(name, subjects, LARGE_STEP_MILLIS, pace),
  );
  return {
    hours: {
      rule_files,
      evaluation_interval: pace.interval,
      tests: [
        ...steadyTests(subjects, pace),
        ...burstTests('fast', subjects, MINUTE, pace),
        ...floorTests(subjects, pace),
        ...restartTests(subjects, pace),
        ...reportingTests(subjects, pace, stoppedForMillis),
      ],
    },
    days: { rule_files, evaluation_interval: pace.duration(LARGE_EVALUATION_MILLIS), tests: long },
  };
}
