import type { ResolvedObjective } from '../sla/resolved-objective.ts';
import { formatDuration } from '../time/duration.ts';
import { periodOf } from './recording-rules.ts';
import type { Pipeline } from './rule-options.ts';
import { tiersOf } from './tiers.ts';

const DELIVERY: Readonly<Record<Pipeline, string>> = {
  prometheus:
    'Metrics are scraped, at least once a minute: an increase takes two samples in 5 m. `job` and `instance` may be called as you like.',
  otlp: 'Metrics are sent by OTLP, at least once a minute and cumulative, and every instance says who it is: without a `service.instance.id` of its own (OTEL_NODE_RESOURCE_DETECTORS=env,host,process,serviceinstance) instances write over each other.',
};

/** What the backend needs so that the rules are right. */
export function remarksOn(pipeline: Pipeline, objectives: readonly ResolvedObjective[]): string {
  const windows = objectives.flatMap((objective) => [
    periodOf(objective) ?? 0,
    ...tiersOf(objective).map(({ longMillis }) => longMillis),
  ]);
  return [
    `What is recorded has to be kept for ${formatDuration(Math.max(3_600_000, ...windows))}: until then sums are of what there is. Prometheus keeps 15d unless told otherwise.`,
    DELIVERY[pipeline],
  ].join('\n');
}
