/** Counters that begin anew: what was counted before stays counted. */
import type { Pace } from '../pace.ts';
import { periodOf } from '../recording-rules.ts';
import { SERIES } from '../series.ts';
import { firing, silent, tiersAt } from './alert-expectations.ts';
import type { Phase } from './counter-values.ts';
import { type Expectation, type RuleTest, seriesText } from './promtool.ts';
import { countersOf, eventsAt, INSTANCES, justOver, justUnder, type Subject } from './subject.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Steps of traffic; then nothing more comes, until every window has seen all of it. */
const TRAFFIC = 35;
const AFTER = 10;
/** When each instance restarts. */
const RESTARTS = Array.from({ length: INSTANCES }, (_, index) => 10 + 5 * index);

export function restartTests(all: readonly Subject[], pace: Pace): RuleTest[] {
  const subjects = all.filter(({ tiers }) => tiers.length > 0);
  if (subjects.length === 0) return [];
  const interval = pace.duration(MINUTE);
  const fastest = (subject: Subject): number => justOver(subject.tiers[0]!, subject);
  const slowest = ({ tiers }: Subject): number => Math.min(...tiers.map(justUnder));
  const during = pace.duration(30 * MINUTE);
  return [
    {
      name: 'goes on firing, and counting, over a counter reset',
      interval,
      input_series: subjects.flatMap((subject) => {
        const phases = (grows: number): Phase[] => [
          { steps: 15, grows },
          { does: 'restart' },
          { steps: TRAFFIC - 15, grows },
          { steps: AFTER, grows: 0 },
        ];
        const { good, bad } = eventsAt(subject, fastest(subject));
        return countersOf(subject, { good: phases(good), bad: phases(bad) });
      }),
      promql_expr_test: [
        firing(during, tiersAt(subjects, fastest)),
        ...subjects.map((subject) => counted(subject, TRAFFIC, pace)),
      ],
    },
    {
      name: 'stays silent, and counts on, over a rolling restart of three instances',
      interval,
      input_series: subjects.flatMap((subject) =>
        RESTARTS.flatMap((at, index) => replaced(subject, slowest(subject), at, index)),
      ),
      promql_expr_test: [
        silent(during),
        // Each instance is away for one step.
        ...subjects.map((subject) => counted(subject, TRAFFIC - 1, pace)),
      ],
    },
  ];
}

/** An instance with its share of the traffic, which leaves, and the one that comes in its place. */
function replaced(subject: Subject, burnRate: number, at: number, index: number): RuleTest['input_series'] {
  const { good, bad } = eventsAt(subject, burnRate);
  const old = (grows: number): Phase[] => [{ steps: at, grows }, { does: 'leave' }];
  const fresh = (grows: number): Phase[] => [
    { steps: at + 1, does: 'lack' },
    { steps: TRAFFIC - at - 1, grows },
    { steps: AFTER + 1, grows: 0 },
  ];
  const phases = (of: (grows: number) => Phase[]): { good: Phase[]; bad: Phase[] } => ({
    good: of(good / INSTANCES),
    bad: of(bad / INSTANCES),
  });
  return [
    ...countersOf(subject, phases(old), `old-${index}:9464`),
    ...countersOf(subject, phases(fresh), `new-${index}:9464`),
  ];
}

/** Every sum over an hour or more has all events, but for what increases do not see at the edges. */
function counted(subject: Subject, steps: number, pace: Pace): Expectation {
  const { objective, tiers } = subject;
  const windows = new Set([HOUR, ...tiers.flatMap(({ longMillis, shortMillis }) => [longMillis, shortMillis])]);
  const period = periodOf(objective);
  if (period !== undefined) windows.add(period);
  const whole = [...windows].filter((millis) => millis >= HOUR);
  const events = eventsAt(subject, 0).good * steps;
  const names = whole.map((millis) => SERIES.events(millis)).join('|');
  const { labels, name } = { labels: subject.labels, name: '__name__' };
  const series = seriesText('', labels).replace('{', `{${name}=~"${names}",`);
  return {
    expr: `count(${series} > ${Math.round(events * 0.93)} < ${Math.round(events * 1.07)})`,
    eval_time: pace.duration((TRAFFIC + AFTER) * MINUTE),
    exp_samples: [{ labels: '{}', value: whole.length }],
  };
}
