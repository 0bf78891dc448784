import type { Catalog } from './catalog.ts';
import type { AlertConditionSpec, AlertPolicySpec, Metric, OpenSloDocument, Path, SliSpec } from './documents.ts';
import type { Findings, Subject } from './findings.ts';

/** The condition of an alert policy that an SLO has, and where it stands. */
export interface PolicyCondition {
  /** Where the SLO has the policy. */
  readonly path: Path;
  readonly policy: string;
  readonly condition: AlertConditionSpec['condition'];
}

/** Follows every reference but those to indicators, which `indicatorOf` follows; what leads nowhere is a problem. */
export function followReferences(document: OpenSloDocument, catalog: Catalog, findings: Findings): PolicyCondition[] {
  switch (document.kind) {
    case 'SLI':
      followDataSources(document, ['spec'], document.spec, catalog, findings);
      return [];
    case 'AlertPolicy':
      conditionOf(document, ['spec'], document.spec, catalog);
      return [];
    case 'SLO':
      break;
    default:
      return [];
  }
  const { indicator, objectives, service, alertPolicies = [] } = document.spec;
  if (indicator) followDataSources(document, ['spec', 'indicator', 'spec'], indicator.spec, catalog, findings);
  for (const [index, each] of objectives.entries()) {
    if (each.indicator === undefined) continue;
    const path = ['spec', 'objectives', index, 'indicator', 'spec'];
    followDataSources(document, path, each.indicator.spec, catalog, findings);
  }
  const services = catalog.of('Service');
  if (services.length > 0 && catalog.find('Service', service) === undefined)
    findings.warn(document, ['spec', 'service'], `there are documents of kind Service, but none called '${service}'`);
  return alertPolicies.flatMap((policy, index) => {
    const path = ['spec', 'alertPolicies', index];
    const { alertPolicyRef, spec, metadata } = policy;
    if (alertPolicyRef === undefined) {
      const condition = conditionOf(document, [...path, 'spec'], spec!, catalog);
      return condition ? [{ path, policy: metadata!.name, condition }] : [];
    }
    const followed = catalog.follow(document, [...path, 'alertPolicyRef'], 'AlertPolicy', alertPolicyRef);
    const ref = followed?.spec.conditions[0];
    // What is wrong with the policy's own references is said where it stands.
    const condition = ref?.spec ?? (ref?.conditionRef && catalog.find('AlertCondition', ref.conditionRef)?.spec);
    return condition ? [{ path, policy: alertPolicyRef, condition: condition.condition }] : [];
  });
}

/** Follows the references of an alert policy, and gives its condition. */
function conditionOf(
  subject: Subject,
  path: Path,
  { conditions, notificationTargets }: AlertPolicySpec,
  catalog: Catalog,
): AlertConditionSpec['condition'] | undefined {
  for (const [index, { targetRef }] of notificationTargets.entries()) {
    const at = [...path, 'notificationTargets', index, 'targetRef'];
    if (targetRef !== undefined) catalog.follow(subject, at, 'AlertNotificationTarget', targetRef);
  }
  const [{ conditionRef, spec } = {}] = conditions;
  const at = [...path, 'conditions', 0, 'conditionRef'];
  const followed =
    conditionRef === undefined ? spec : catalog.follow(subject, at, 'AlertCondition', conditionRef)?.spec;
  return followed?.condition;
}

function followDataSources(subject: Subject, path: Path, spec: SliSpec, catalog: Catalog, findings: Findings): void {
  const { good, bad, total, raw } = spec.ratioMetric ?? {};
  const metrics: [Path, Metric | undefined][] = [
    [['thresholdMetric'], spec.thresholdMetric],
    ...Object.entries({ good, bad, total, raw }).map(([field, metric]): [Path, Metric | undefined] => [
      ['ratioMetric', field],
      metric,
    ]),
  ];
  for (const [field, metric] of metrics) {
    const { metricSourceRef, type } = metric?.metricSource ?? {};
    if (metricSourceRef === undefined) continue;
    const at = [...path, ...field, 'metricSource'];
    const source = catalog.follow(subject, [...at, 'metricSourceRef'], 'DataSource', metricSourceRef);
    if (source !== undefined && type !== undefined && source.spec.type !== type)
      findings.warn(
        subject,
        [...at, 'type'],
        `the type is '${type}', but that of DataSource '${metricSourceRef}' is '${source.spec.type}'`,
      );
  }
}
