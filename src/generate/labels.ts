import { ATTRIBUTE, type MetricDefinition } from '../telemetry/names.ts';
import { SLA_METRIC } from '../telemetry/sla-metrics.ts';

/** The names that our attributes have as labels, the same in every pipeline. */
export const LABEL: Readonly<
  Record<
    'service' | 'objective' | 'outcome' | 'metric' | 'window' | 'kind' | 'result' | 'pattern' | 'tier' | 'severity',
    string
  >
> = {
  service: promName(ATTRIBUTE.service),
  objective: promName(ATTRIBUTE.objective),
  outcome: promName(ATTRIBUTE.outcome),
  metric: promName(ATTRIBUTE.metric),
  window: promName(ATTRIBUTE.window),
  kind: promName(ATTRIBUTE.kind),
  result: promName(ATTRIBUTE.slaResult),
  /** As which pattern a copy was declared. */
  pattern: 'sla_pattern',
  /** How fast a budget burns: fast, medium, slow, trend. */
  tier: 'tier',
  severity: 'severity',
};

/** What tells the copies of objectives apart. */
export const IDENTITY_LABELS: readonly string[] = [LABEL.service, LABEL.objective];

/** The same, as PromQL lists them. */
export const IDENTITY: string = IDENTITY_LABELS.join(', ');

/** The counters that rules read. Counters without a unit have the same name in every pipeline. */
export const COUNTER: { readonly events: string; readonly requests: string } = {
  events: counterName(SLA_METRIC.events),
  requests: counterName(SLA_METRIC.requests),
};

function counterName({ name }: MetricDefinition): string {
  return `${promName(name)}_total`;
}

function promName(name: string): string {
  return name.replaceAll('.', '_');
}
