/**
 * Service level objectives from OpenTelemetry spans: what was promised, what was kept, how much error budget is left and
 * how fast it burns. And guards around the calls that a process makes: bulkheads that contain failure, timeouts that learn,
 * deadlines that every call inside keeps.
 *
 * @packageDocumentation
 */
export { createResilience, type Resilience, type ResilienceReport } from './resilience.ts';
export { loadConfig } from './config/load.ts';
export { OPENSLO_ANNOTATIONS } from './config/openslo/annotations.ts';
export type {
  ClientName,
  GuardMatch,
  GuardRule,
  MetricsConfig,
  ResilienceConfig,
  SlaConfig,
  StateConfig,
} from './config/config.ts';
export {
  ResilienceInstrumentation,
  type ResilienceInstrumentationConfig,
  type ResilienceInstrumentationOptions,
} from './instrumentation/resilience-instrumentation.ts';
export type { StatusHandler } from './status/status-handler.ts';
export type { StatusView } from './status/view.ts';
export { SlaSpanProcessor } from './instrumentation/sla-span-processor.ts';
export { recordAll } from './sla/sampler.ts';
export { SlaTracker, type SlaSnapshot } from './sla/tracker.ts';
export type { SlaOptions, Outcome } from './sla/options.ts';
export type { CalendarWindow, Objective, ObjectiveScope, ObjectiveTarget } from './sla/objective.ts';
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
export { guard, type GuardOptions } from './instrumentation/guard.ts';
export { Bulkhead, BulkheadRegistry } from './instrumentation/bulkhead.ts';
export { AdaptiveTimeout } from './instrumentation/adaptive-timeout.ts';
export type { Bulkhead as PlainBulkhead } from './bulkhead/bulkhead.ts';
export type { BulkheadRegistry as PlainBulkheadRegistry } from './bulkhead/registry.ts';
export type { AdaptiveTimeout as PlainAdaptiveTimeout } from './timeout/adaptive-timeout.ts';
export { GuardMetrics, type GuardMetricsOptions, type MeasuredGuard } from './instrumentation/guard-metrics.ts';
export { activeSignal, remainingMillis, withDeadline } from './time/ambient.ts';
export {
  BulkheadRejectedError,
  BulkheadTimeoutError,
  type Rejection,
  type RejectionReason,
} from './bulkhead/errors.ts';
export type { BulkheadResult } from './bulkhead/bulkhead.ts';
export type { AcquireOptions, BulkheadOptions, RunOptions } from './bulkhead/options.ts';
export type { BulkheadRegistryOptions } from './bulkhead/registry.ts';
export { Permit } from './bulkhead/permit.ts';
export type { BulkheadState } from './bulkhead/compartment.ts';
export type { CallContext } from './bulkhead/call.ts';
export type { CallCounts, TransitionCount } from './bulkhead/tally.ts';
export type { CallOutcome } from './bulkhead/outcome.ts';
export type { BulkheadTransition } from './bulkhead/events.ts';
export type { BulkheadSnapshot } from './bulkhead/reading.ts';
export type { Work } from './bulkhead/passage.ts';
export type { TimeoutContext, TimeoutResult, TimeoutRunOptions } from './timeout/adaptive-timeout.ts';
export type { TimeoutOptions } from './timeout/options.ts';
export type { OperationReading, TimeoutOutcome, TimeoutSnapshot } from './timeout/reading.ts';
export { OperationTimeoutError } from './timeout/errors.ts';
export type { Clock } from './time/clock.ts';
export type { Duration } from './time/duration.ts';
export { ConfigurationError, DeadlineExceededError, ResilienceError, type ConfigurationProblem } from './errors.ts';
