import type { ConfigurationProblem } from '../../errors.ts';
import type { Objective } from '../../sla/objective.ts';
import { checkAnnotations } from './annotations.ts';
import { tellAlertDifferences } from './alert-differences.ts';
import { tellBrokenRules } from './broken-rules.ts';
import { Catalog } from './catalog.ts';
import type { OpenSloDocument } from './documents.ts';
import { Findings, type Subject } from './findings.ts';
import { indicatorOf } from './indicator.ts';
import { followReferences } from './references.ts';
import { mapSlo } from './slo-mapping.ts';

const HOUR = 3_600_000;

/** What documents come to. */
export interface OpenSloObjectives {
  readonly objectives: Objective[];
  /** What cannot be used; each with its file and line. Where there are any, nothing should be. */
  readonly problems: ConfigurationProblem[];
  /** What is used in another way than it seems, or not at all; each begins with its file and line. */
  readonly warnings: string[];
}

/**
 * Turns OpenSLO documents, of all files together, into our objectives: follows their references, reads their annotations.
 * @param options - `maxDurationMillis`: the longest response time that can be promised, `maxDuration` of the SLA options. Default 1 h.
 * `isIncomplete`: whether some file could not be read; references that lead nowhere are no problems then. Default `false`.
 */
export function objectivesOf(
  documents: readonly OpenSloDocument[],
  options: { readonly maxDurationMillis?: number; readonly isIncomplete?: boolean } = {},
): OpenSloObjectives {
  const findings = new Findings();
  const catalog = new Catalog(documents, findings, options.isIncomplete ?? false);
  const objectives: Objective[] = [];
  const named = new Map<string, Subject>();
  for (const document of documents) {
    const indicator = document.kind === 'SLO' ? indicatorOf(document, catalog, findings) : undefined;
    tellBrokenRules(document, indicator?.spec, findings);
    checkAnnotations(document, findings);
    const policies = followReferences(document, catalog, findings);
    if (document.kind !== 'SLO' || indicator === undefined) continue;
    const mapped = mapSlo(document, indicator, catalog, findings, options.maxDurationMillis ?? HOUR);
    tellAlertDifferences(document, mapped, policies, findings);
    for (const objective of mapped) {
      const other = named.get(objective.name!);
      if (other !== undefined && other.metadata.name !== document.metadata.name)
        findings.problem(
          document,
          ['metadata', 'name'],
          objective.name,
          `a name that SLO '${other.metadata.name}' does not lead to as well`,
        );
      named.set(objective.name!, document);
    }
    objectives.push(...mapped);
  }
  return { objectives, problems: findings.problems, warnings: findings.warnings };
}
