/**
 * The fleet's rules, made of the objectives that the span processor counts: recording rules, alerts, tests of both, and
 * what keeps slower alerts quiet. Pure: data in, data out; {@link renderRules} makes files of it.
 */
import type { Objective } from '../sla/objective.ts';
import { type ResolvedObjective, resolveObjective } from '../sla/resolved-objective.ts';
import { alertsOf } from './alert-rules.ts';
import { claimsOf } from './claims.ts';
import { groupNames, REPORTING } from './group-names.ts';
import { type Inhibition, inhibition } from './inhibition.ts';
import { FILE } from './file-names.ts';
import { LABEL } from './labels.ts';
import { leftOutOf } from './left-out.ts';
import { Pace } from './pace.ts';
import { recordingsOf } from './recording-rules.ts';
import { requestsRecording, stoppedAlert } from './reporting-rules.ts';
import { remarksOn } from './remarks.ts';
import type { RuleFile, RuleGroup } from './rule.ts';
import type { RuleTestFile } from './rule-tests/promtool.ts';
import { ruleTestFiles } from './rule-tests/rule-test-files.ts';
import { exampleOf } from './rule-tests/subject.ts';
import { resolveRuleOptions, type RuleOptions } from './rule-options.ts';

const MINUTE = 60_000;
/** Without a scrape a series is gone at once; what was sent by OTLP stays for 5 m more. */
const STOPPED_FOR = { prometheus: 10 * MINUTE, otlp: 5 * MINUTE };

/** Everything that is made of a list of objectives. */
export interface GeneratedRules {
  readonly recording: RuleFile;
  readonly alerts: RuleFile;
  readonly inhibition: Inhibition;
  /** Tests of both for promtool, of hours and of days. */
  readonly tests: { readonly hours: RuleTestFile; readonly days: RuleTestFile };
  /** What the backend needs for all of it. */
  readonly remarks: string;
  /** What is said of a group of rules, by its name. */
  readonly comments: ReadonlyMap<string, string>;
  /** What cannot be said in rules, or will not do what it seems to. */
  readonly warnings: readonly string[];
}

/**
 * Makes the rules of objectives that passed validation.
 * @throws ConfigurationError where an option is wrong.
 */
export function generateRules(objectives: readonly Objective[], options: RuleOptions = {}): GeneratedRules {
  const { pipeline, minBadEvents, intervalMillis, speed } = resolveRuleOptions(options);
  const pace = new Pace({ intervalMillis, speed });
  // How many events a verdict takes is the instances' business: rules count bad ones.
  const resolved = objectives.map((objective) => resolveObjective(objective, { minEvents: 1 }));
  const claims = claimsOf(resolved);
  const subjects = resolved.flatMap((objective) =>
    (claims.get(objective) ?? []).map((claim) => ({ objective, claim })),
  );
  const nameOf = groupNames();
  const comments = new Map<string, string>();
  const [recording, alerts]: [RuleGroup[], RuleGroup[]] = [[], []];
  for (const { objective, claim } of subjects) {
    const name = nameOf(objective);
    const { often, seldom } = recordingsOf(objective, claim, pace);
    recording.push(
      { name, interval: pace.interval, rules: often },
      { name: `${name}-long`, interval: pace.slowInterval, rules: seldom },
    );
    const tiers = alertsOf(objective, claim, minBadEvents);
    if (tiers.length > 0) alerts.push({ name: `${name}-alerts`, interval: pace.interval, rules: tiers });
    const said = [described(objective), ...leftOutOf(objective, true)].join('\n');
    comments.set(name, said).set(`${name}-alerts`, said);
  }
  if (subjects.length > 0) {
    const services = { label: LABEL.service, patterns: [...new Set(subjects.map((each) => each.objective.service))] };
    const name = REPORTING;
    recording.push({ name, interval: pace.interval, rules: [requestsRecording(services, pace)] });
    alerts.push({
      name: `${name}-alerts`,
      interval: pace.interval,
      rules: [stoppedAlert(services, pace, STOPPED_FOR[pipeline])],
    });
    comments.set(name, 'Who reports: services that answer requests themselves.');
  }
  return {
    recording: { groups: recording },
    alerts: { groups: alerts },
    inhibition: inhibition(),
    tests: ruleTestFiles(
      subjects.flatMap(({ objective, claim }) => exampleOf(objective, claim, minBadEvents) ?? []),
      { pace, stoppedForMillis: STOPPED_FOR[pipeline], ruleFiles: [FILE.recording, FILE.alerts] },
    ),
    remarks: remarksOn(pipeline, resolved),
    comments,
    warnings: resolved.flatMap((objective) => leftOutOf(objective, (claims.get(objective) ?? []).length > 0)),
  };
}

function described({ name, service, operation, target, window }: ResolvedObjective): string {
  const where = `service ${JSON.stringify(service)}${operation === undefined ? '' : `, operation ${JSON.stringify(operation)}`}`;
  return `${JSON.stringify(name)}, ${where}: a share of ${target} over ${window}.`;
}
