import type { AnnotatedMetric, SpanAnnotations } from './annotations.ts';
import type { DocumentOf } from './documents.ts';
import type { Findings } from './findings.ts';
import type { Indicator } from './indicator.ts';

/** One SLO on its way to objectives. */
export interface SloMapping {
  readonly slo: DocumentOf<'SLO'>;
  readonly indicator: Indicator;
  readonly metric: Exclude<AnnotatedMetric, 'none'>;
  readonly annotations: SpanAnnotations;
  readonly findings: Findings;
}
