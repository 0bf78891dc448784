import type { Objective } from '../../sla/objective.ts';
import { resolveObjective } from '../../sla/resolved-objective.ts';
import { formatDuration } from '../../time/duration.ts';
import type { DocumentOf } from './documents.ts';
import { parseShorthand } from './duration-shorthand.ts';
import type { Findings } from './findings.ts';
import type { PolicyCondition } from './references.ts';

/** How near two burn rates have to be to be the same. */
const SAME = 0.01;

/** Tells where an alert policy asks for another alert than the one its SLO's objectives have. */
export function tellAlertDifferences(
  slo: DocumentOf<'SLO'>,
  objectives: readonly Objective[],
  policies: readonly PolicyCondition[],
  findings: Findings,
): void {
  const ours = objectives.map((objective) => resolveObjective(objective, { minEvents: 1 }).pairs);
  const [pairs = []] = ours;
  if (ours.length === 0) return;
  for (const { path, policy, condition } of policies) {
    const { op, threshold, lookbackWindow } = condition;
    const lookbackMillis = parseShorthand(lookbackWindow)!.millis;
    const isOurs = ours.every((each) =>
      each.some(
        ({ longMillis, factor }) =>
          longMillis === lookbackMillis && Math.abs(factor - threshold) <= SAME * factor && op.startsWith('g'),
      ),
    );
    if (isOurs) continue;
    const list = pairs.map(
      ({ longMillis, shortMillis, factor }) =>
        `${Number(factor.toFixed(2))} (${formatDuration(longMillis)} and ${formatDuration(shortMillis)})`,
    );
    const instead = list.length === 0 ? 'at no burn rate' : `at burn rates over ${list.join(', ')}`;
    findings.warn(
      slo,
      path,
      `AlertPolicy '${policy}' alerts at a burn rate ${op} ${threshold} over ${lookbackWindow}, which is not kept; ` +
        `this objective is at risk ${instead}`,
    );
  }
}
