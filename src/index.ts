/**
 * Service level objectives from OpenTelemetry spans: what was promised, what was kept, how much error budget is left and
 * how fast it burns.
 *
 * @packageDocumentation
 */
export { SlaSpanProcessor } from './instrumentation/sla-span-processor.ts';
export { recordAll } from './sla/sampler.ts';
export { SlaTracker, type SlaSnapshot } from './sla/tracker.ts';
export type { SlaOptions, Outcome } from './sla/options.ts';
export type { Objective, ObjectiveScope, ObjectiveTarget } from './sla/objective.ts';
export type { OperationRecord } from './sla/reading.ts';
export type { SlaReport, ServiceReport, ObjectiveReport } from './sla/report.ts';
export type { SlaViolation } from './sla/violation.ts';
export type { RestoreResult } from './sla/state.ts';
export type { SlaStatus } from './sla/status.ts';
export type { SpanKindName } from './sla/span-kind.ts';
export type { EndingSpan, ReadableSpan, Sampler, SamplingResult, SpanResource } from './sla/span.ts';
export type {
  MetricProducer,
  CollectionResult,
  MetricData,
  DataPoint,
  HistogramValue,
} from './telemetry/metric-producer.ts';
export type { Clock } from './time/clock.ts';
export type { Duration } from './time/duration.ts';
export { ConfigurationError, ResilienceError, type ConfigurationProblem } from './errors.ts';
