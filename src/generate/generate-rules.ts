/**
 * The fleet's rules, made of the objectives that the span processor counts: recording rules, alerts, tests of both, and
 * what keeps slower alerts quiet. Pure: data in, data out; {@link renderRules} makes files of it.
 */
import type { Objective } from '../sla/objective.ts';
import { type ResolvedObjective, resolveObjective } from '../sla/resolved-objective.ts';
import { alertsOf } from './alert-rules.ts';
import { groupNames, REPORTING, SUFFIX } from './group-names.ts';
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
import { type Share, sharesOf } from './share.ts';
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
  const stoppedForMillis = STOPPED_FOR[pipeline];
  // How many events a verdict takes is the instances' business: rules count bad ones.
  const resolved = objectives.map((objective) => resolveObjective(objective, { minEvents: 1 }));
  const shares = sharesOf(resolved);
  const nameOf = groupNames();
  const groups = [
    ...shares.map((share) => groupsOf(nameOf(share.objective), share, pace, minBadEvents)),
    ...(shares.length > 0 ? [reportingGroups(shares, pace, stoppedForMillis)] : []),
  ];
  const examples = shares.flatMap((share) => exampleOf(share, minBadEvents) ?? []);
  const recording = { groups: groups.flatMap((each) => each.recording) };
  const alerts = { groups: groups.flatMap((each) => each.alerts) };
  const ruleFiles = { [FILE.recording]: recording, [FILE.alerts]: alerts };
  return {
    recording,
    alerts,
    inhibition: inhibition(),
    tests: ruleTestFiles(examples, { pace, stoppedForMillis, ruleFiles }),
    remarks: remarksOn(pipeline, resolved),
    comments: new Map(groups.flatMap(({ comments }) => comments)),
    warnings: resolved.flatMap((objective) =>
      leftOutOf(
        objective,
        shares.some((share) => share.objective === objective),
      ),
    ),
  };
}

/** Groups of rules, and what is said of them. */
interface Groups {
  readonly recording: readonly RuleGroup[];
  readonly alerts: readonly RuleGroup[];
  readonly comments: readonly (readonly [group: string, comment: string])[];
}

function groupsOf(name: string, share: Share, pace: Pace, minBadEvents: number): Groups {
  const { objective } = share;
  const { interval, slowInterval } = pace;
  const [long, alerts] = [name + SUFFIX.long, name + SUFFIX.alerts];
  const { often, seldom } = recordingsOf(share, pace);
  const rules = alertsOf(share, minBadEvents);
  const said = [described(objective), ...leftOutOf(objective, true)].join('\n');
  return {
    recording: [
      { name, interval, rules: often },
      { name: long, interval: slowInterval, rules: seldom },
    ],
    alerts: rules.length > 0 ? [{ name: alerts, interval, rules }] : [],
    comments: [
      [name, said],
      [alerts, said],
    ],
  };
}

function reportingGroups(shares: readonly Share[], pace: Pace, stoppedForMillis: number): Groups {
  const { interval } = pace;
  const services = { label: LABEL.service, patterns: [...new Set(shares.map(({ objective }) => objective.service))] };
  return {
    recording: [{ name: REPORTING, interval, rules: [requestsRecording(services, pace)] }],
    alerts: [{ name: REPORTING + SUFFIX.alerts, interval, rules: [stoppedAlert(services, pace, stoppedForMillis)] }],
    comments: [[REPORTING, 'Who reports: services that answer requests themselves.']],
  };
}

function described({ name, service, operation, target, window }: ResolvedObjective): string {
  const where = `service ${JSON.stringify(service)}${operation === undefined ? '' : `, operation ${JSON.stringify(operation)}`}`;
  return `${JSON.stringify(name)}, ${where}: a share of ${target} over ${window}.`;
}
