import { formatDuration } from '../time/duration.ts';

/** Names of recorded series, by Prometheus' convention: level, metric, operations. */
export const SERIES = {
  /** Good and bad events in a window. */
  events: (windowMillis: number): string => `sla_objective:sla_events:increase${formatDuration(windowMillis)}`,
  /** Good events in a window. */
  good: (windowMillis: number): string => `sla_objective:sla_events_good:increase${formatDuration(windowMillis)}`,
  burnRate: 'sla_objective:sla_burn_rate:ratio',
  burnRateThreshold: 'sla_objective:sla_burn_rate_threshold:ratio',
  target: 'sla_objective:sla_target:ratio',
  responseTimeThreshold: 'sla_objective:sla_response_time_threshold:seconds',
  throughputThreshold: 'sla_objective:sla_throughput_threshold:rate',
  compliance: 'sla_objective:sla_compliance:ratio',
  remaining: 'sla_objective:sla_error_budget_remaining:ratio',
  exhaustedIn: 'sla_objective:sla_error_budget_exhausted_in:seconds',
  /** Requests that a service answered itself, by the service. */
  requests: 'sla_service:sla_requests:increase5m',
} as const;
