import type { ResolvedObjective } from '../sla/resolved-objective.ts';
import { type Claim, claimsOf } from './claims.ts';
import { LABEL } from './labels.ts';
import type { Labels } from './rule.ts';

/** An objective with the series that one set of its rules is about. */
export interface Share {
  readonly objective: ResolvedObjective;
  readonly claim: Claim;
  /** Labels of everything that comes of it: those it would have anyway, or for copies of a pattern, which. */
  readonly labels: Labels;
}

/**
 * The shares of all objectives. No two have the same labels, so that no two rules say that they record the same, which
 * promtool objects to.
 */
export function sharesOf(objectives: readonly ResolvedObjective[]): Share[] {
  const claims = claimsOf(objectives);
  return objectives.flatMap((objective) =>
    claims.get(objective)!.map((claim, index) => ({ objective, claim, labels: labelsOf(objective, index) })),
  );
}

function labelsOf(
  { service, name, operation, serviceIsPattern, operationIsPattern }: ResolvedObjective,
  index: number,
): Labels {
  if (!serviceIsPattern && !operationIsPattern) return { [LABEL.service]: service, [LABEL.objective]: name };
  const copies = operationIsPattern ? `${name} ${operation}` : name;
  return { [LABEL.pattern]: `${service} ${copies}${index === 0 ? '' : ` (${index + 1})`}` };
}
