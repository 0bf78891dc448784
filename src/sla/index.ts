/**
 * Is the promise kept? Service level objectives over finished operations: what was promised, what was attained, how much
 * of the error budget is left and how fast it burns, over windows from five seconds to a year or periods of the calendar.
 *
 * Use it through `SlaSpanProcessor` to feed it from OpenTelemetry spans, or alone where there are no spans:
 *
 * ```ts
 * import { SlaTracker } from 'opentelemetry-resilience/sla';
 *
 * const tracker = new SlaTracker({ objectives: [{ service: 'checkout', metric: 'availability', target: 0.999 }] });
 * tracker.record({ service: 'checkout', operation: 'POST /orders', success: true, durationMillis: 87 });
 * tracker.report('checkout').services[0]?.objectives[0]?.errorBudget.remainingRatio;
 * ```
 *
 * @packageDocumentation
 */
export { SlaTracker, type SlaSnapshot } from './tracker.ts';
export type { SlaOptions, Outcome } from './options.ts';
export type { CalendarWindow, Objective, ObjectiveScope, ObjectiveTarget } from './objective.ts';
export type { OperationRecord } from './reading.ts';
export type { SlaReport, ServiceReport, ObjectiveReport } from './report.ts';
export type { SlaViolation } from './violation.ts';
export type { RestoreResult } from './state.ts';
export type { SlaStatus } from './status.ts';
export type { SpanKindName } from './span-kind.ts';
export type { ReadableSpan, EndingSpan, SpanResource } from './span.ts';
export type { Duration } from '../time/duration.ts';
export type { Clock } from '../time/clock.ts';
export { ConfigurationError, ResilienceError, type ConfigurationProblem } from '../errors.ts';
