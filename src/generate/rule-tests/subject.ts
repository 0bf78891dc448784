import { isGlob } from '../../sla/glob.ts';
import type { ResolvedObjective } from '../../sla/resolved-objective.ts';
import { isClaimed } from '../claims.ts';
import { COUNTER, LABEL } from '../labels.ts';
import type { Labels } from '../rule.ts';
import type { Share } from '../share.ts';
import { type Tier, tiersOf, leastBadEvents } from '../tiers.ts';
import { counterValues, type Phase } from './counter-values.ts';
import { type InputSeries, seriesText } from './promtool.ts';

/** What pattern signs stand for in an example; several, for some may be another objective's. */
const FILLINGS = ['example', 'x', '', '1', 'zz', 'a-b', '/q', 'GET /example', 'POST /example'];

/** One copy of an objective that rules are tested with. */
export interface Subject {
  readonly service: string;
  readonly copy: string;
  readonly objective: ResolvedObjective;
  /** The labels of everything that is recorded of it. */
  readonly labels: Labels;
  /** Its alerts, the fastest first. */
  readonly tiers: readonly TestedTier[];
}

export interface TestedTier extends Tier {
  readonly leastBad: number;
}

/** A copy that a share has; `undefined` where none was thought of. */
export function exampleOf({ objective, claim, labels }: Share, minBadEvents: number): Subject | undefined {
  const { operation, operationIsPattern, name } = objective;
  const wanted = claim.filter(({ label, isLike }) => label === LABEL.service && isLike).map(({ pattern }) => pattern);
  const services = wanted.flatMap(fillings);
  const copies = operationIsPattern ? fillings(operation!).map((each) => `${name} ${each}`) : [name];
  for (const service of services)
    for (const copy of copies)
      if (isClaimed(claim, service, copy)) {
        const tiers = tiersOf(objective).map((tier) => ({
          ...tier,
          leastBad: leastBadEvents(tier, objective, minBadEvents),
        }));
        const identity = { [LABEL.service]: service, [LABEL.objective]: copy };
        return { service, copy, objective, labels: { ...labels, ...identity }, tiers };
      }
  return undefined;
}

function fillings(pattern: string): string[] {
  if (!isGlob(pattern)) return [pattern];
  return FILLINGS.map((filling) => pattern.replaceAll('*', filling).replaceAll('?', 'x')).filter((name) => name !== '');
}

/** The two counters of a subject, as an instance shows them. */
export function countersOf(
  subject: Subject,
  phases: { readonly good: readonly Phase[]; readonly bad: readonly Phase[] },
  instance = 'example-1:9464',
): InputSeries[] {
  return (['good', 'bad'] as const).map((outcome) => ({
    series: seriesText(COUNTER.events, {
      job: 'example',
      instance,
      [LABEL.service]: subject.service,
      [LABEL.objective]: subject.copy,
      [LABEL.outcome]: outcome,
    }),
    values: counterValues(phases[outcome]),
  }));
}

/** How many instances share the traffic where there are several. */
export const INSTANCES = 3;

/** Events in a step of a number of instances, and how many of them are bad at a burn rate. No floor hides so many. */
export function eventsAt({ objective: { budgetRatio } }: Subject, burnRate: number): { good: number; bad: number } {
  const each = Math.ceil(1_000 / budgetRatio);
  const bad = Math.round(each * Math.min(1, burnRate * budgetRatio));
  return { good: (each - bad) * INSTANCES, bad: bad * INSTANCES };
}

/** A burn rate that is just over a tier's factor, where a total failure is one. */
export function justOver({ factor }: Tier, { objective: { budgetRatio } }: Subject): number {
  return Math.min(factor * 1.03, (factor + 1 / budgetRatio) / 2);
}

/** A burn rate that is just under a tier's factor. */
export function justUnder({ factor }: Tier): number {
  return factor * 0.97;
}
