/**
 * Every name that leaves this package: metrics, attributes, events. The only place that knows them. `sla.` and
 * `resilience.` are prefixes of ours; no semantic convention exists for either.
 */

/** What a metric is, as the SDK's instruments and exporters want to know it. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'updowncounter' | 'histogram';
  /** UCUM; empty where a unit would change the Prometheus name. */
  readonly unit: string;
  readonly description: string;
  /** The keys of its attributes. */
  readonly attributes: readonly string[];
}

/** The instrumentation scope of everything we report. */
export const SCOPE = 'opentelemetry-resilience' as const;

export const ATTRIBUTE = {
  service: 'sla.service',
  operation: 'sla.operation',
  kind: 'span.kind',
  slaResult: 'sla.result',
  objective: 'sla.objective',
  metric: 'sla.metric',
  outcome: 'sla.outcome',
  window: 'sla.window',
  threshold: 'sla.threshold',
  observed: 'sla.observed',
  violated: 'sla.violated',
  quantile: 'quantile',
  result: 'resilience.result',
  bulkhead: 'resilience.bulkhead.name',
  guarded: 'resilience.operation',
  guardOutcome: 'resilience.outcome',
  reason: 'resilience.reason',
  state: 'resilience.state',
  stateFrom: 'resilience.state.from',
  stateTo: 'resilience.state.to',
  limit: 'resilience.limit',
  limitFrom: 'resilience.limit.from',
  limitTo: 'resilience.limit.to',
  elapsed: 'resilience.elapsed',
  remaining: 'resilience.remaining',
  retryAfter: 'resilience.retry_after',
} as const;

export const EVENT = {
  violation: 'sla.violation',
  breach: 'sla.breach',
  recovered: 'sla.recovered',
  queued: 'bulkhead.queued',
  rejected: 'bulkhead.rejected',
  transition: 'bulkhead.transition',
  timeout: 'timeout.exceeded',
  adjusted: 'timeout.adjusted',
  deadline: 'deadline.exceeded',
} as const;
