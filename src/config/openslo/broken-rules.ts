import type { AlertConditionSpec, DocumentOf, OpenSloDocument, Path, SliSpec } from './documents.ts';
import type { Findings } from './findings.ts';
import { isRfc1123 } from './schema-parts.ts';
import { monthsMeant } from './time-window.ts';

/**
 * Warns of what breaks a rule of OpenSLO and can be understood all the same, for the specification's own examples do so.
 * @param indicator - that of an SLO, where it has one.
 */
export function tellBrokenRules(document: OpenSloDocument, indicator: SliSpec | undefined, findings: Findings): void {
  const { name } = document.metadata;
  if (!isRfc1123(name))
    findings.warn(
      document,
      ['metadata', 'name'],
      `'${name}' is no name by RFC 1123: lowercase letters, digits, dashes`,
    );
  if (document.kind === 'AlertCondition') tellUpsideDown(document, ['spec'], document.spec, findings);
  if (document.kind === 'AlertPolicy')
    tellUpsideDown(document, ['spec', 'conditions', 0, 'spec'], document.spec.conditions[0]?.spec, findings);
  if (document.kind !== 'SLO') return;
  for (const [index, { spec }] of (document.spec.alertPolicies ?? []).entries())
    tellUpsideDown(
      document,
      ['spec', 'alertPolicies', index, 'spec', 'conditions', 0, 'spec'],
      spec?.conditions[0]?.spec,
      findings,
    );
  tellOfSlo(document, indicator, findings);
}

function tellOfSlo(slo: DocumentOf<'SLO'>, indicator: SliSpec | undefined, findings: Findings): void {
  const { budgetingMethod, objectives, timeWindow: [window] = [] } = slo.spec;
  if (budgetingMethod === undefined)
    findings.warn(slo, ['spec'], 'there is no budgetingMethod, which OpenSLO requires: Occurrences are counted');
  if (window !== undefined) {
    const path = ['spec', 'timeWindow', 0, 'duration'];
    const months = monthsMeant(window);
    if (months !== undefined)
      findings.warn(
        slo,
        path,
        `'${window.duration}' is minutes, which is no calendar window: it is taken as '${months}', months`,
      );
    else if (window.duration === '1m')
      findings.warn(slo, path, `'1m' is one minute, and is taken as that; one month would be '1M'`);
  }
  if (indicator?.thresholdMetric !== undefined && objectives.length > 1)
    findings.warn(
      slo,
      ['spec', 'objectives'],
      `OpenSLO allows one objective with a thresholdMetric; all ${objectives.length} are kept`,
    );
  const unused = {
    op: indicator?.ratioMetric === undefined ? undefined : 'a ratioMetric',
    value: indicator?.ratioMetric === undefined ? undefined : 'a ratioMetric',
    timeSliceTarget: budgetingMethod === 'Timeslices' ? undefined : (budgetingMethod ?? 'Occurrences'),
    timeSliceWindow: /slices$/i.test(budgetingMethod ?? '') ? undefined : 'Occurrences',
  };
  for (const [index, objective] of objectives.entries())
    for (const field of ['op', 'value', 'timeSliceTarget', 'timeSliceWindow'] as const)
      if (objective[field] !== undefined && unused[field] !== undefined)
        findings.warn(slo, ['spec', 'objectives', index, field], `it says nothing about ${unused[field]}`);
}

/** A condition that alerts while little burns was meant the other way round. */
function tellUpsideDown(
  document: OpenSloDocument,
  path: Path,
  spec: AlertConditionSpec | undefined,
  findings: Findings,
): void {
  const { op, threshold } = spec?.condition ?? {};
  if (op === 'lt' || op === 'lte')
    findings.warn(
      document,
      [...path, 'condition', 'op'],
      `'${op}' alerts while the burn rate is ${op === 'lt' ? 'under' : 'at most'} ${threshold}, 'gte' would alert above`,
    );
}
