import { ATTRIBUTE as KEY, type MetricDefinition } from './names.ts';

const OBJECTIVE = [KEY.service, KEY.objective, KEY.metric, KEY.window];
const REQUEST = [KEY.service, KEY.operation, KEY.kind];

type SlaMetric =
  | 'requests'
  | 'events'
  | 'duration'
  | 'target'
  | 'compliance'
  | 'remaining'
  | 'coverage'
  | 'burnRate'
  | 'responseTime'
  | 'status'
  | 'violations'
  | 'spans'
  | 'series';

/** The metrics of the SLA concept. */
export const SLA_METRIC: Readonly<Record<SlaMetric, MetricDefinition>> = {
  requests: {
    name: 'sla.requests',
    type: 'counter',
    unit: '{request}',
    attributes: [...REQUEST, KEY.slaResult],
    description: 'Requests that count, by result: success or failure.',
  },
  events: {
    name: 'sla.events',
    type: 'counter',
    unit: '{event}',
    attributes: [KEY.service, KEY.objective, KEY.outcome],
    description: 'Good and bad events of an objective. Both exist from the start, at 0.',
  },
  duration: {
    name: 'sla.duration',
    type: 'histogram',
    unit: 's',
    attributes: REQUEST,
    description: 'Durations of requests. Every response-time target is a bucket bound.',
  },
  target: {
    name: 'sla.target_ratio',
    type: 'gauge',
    unit: '1',
    attributes: OBJECTIVE,
    description: 'The least share of good events that was promised.',
  },
  compliance: {
    name: 'sla.compliance_ratio',
    type: 'gauge',
    unit: '1',
    attributes: OBJECTIVE,
    description: "The share of good events in the objective's window, as this instance saw it. Absent without events.",
  },
  remaining: {
    name: 'sla.error_budget.remaining_ratio',
    type: 'gauge',
    unit: '1',
    attributes: OBJECTIVE,
    description: 'The share of the error budget that is left, under 0 when overspent. Absent without events.',
  },
  coverage: {
    name: 'sla.window.coverage_ratio',
    type: 'gauge',
    unit: '1',
    attributes: OBJECTIVE,
    description: "How much of the objective's window this instance has observed.",
  },
  burnRate: {
    name: 'sla.burn_rate',
    type: 'gauge',
    unit: '',
    attributes: [KEY.service, KEY.objective, KEY.window],
    description: 'How many times faster than sustainable the error budget is being spent. Absent without events.',
  },
  responseTime: {
    name: 'sla.response_time',
    type: 'gauge',
    unit: 's',
    attributes: [...REQUEST, KEY.quantile],
    description: 'Response times of the last five to ten minutes, within 1.6 %. Absent without requests.',
  },
  status: {
    name: 'sla.status',
    type: 'gauge',
    unit: '',
    attributes: [KEY.service, KEY.objective],
    description: '0 met, 1 at risk, 2 breached. Absent without enough events.',
  },
  violations: {
    name: 'sla.violations',
    type: 'counter',
    unit: '{violation}',
    attributes: [KEY.service, KEY.objective, KEY.metric],
    description: 'Episodes in which an objective was not kept.',
  },
  spans: {
    name: 'resilience.processor.spans',
    type: 'counter',
    unit: '{span}',
    attributes: [KEY.result],
    description: 'What became of every finished span: counted, ignored, overflow, late, invalid or failed.',
  },
  series: {
    name: 'resilience.processor.series',
    type: 'gauge',
    unit: '{series}',
    attributes: [],
    description: 'Series in use.',
  },
};
