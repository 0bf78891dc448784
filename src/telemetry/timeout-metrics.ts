import { ATTRIBUTE as KEY, type MetricDefinition } from './names.ts';

type TimeoutMetric = 'calls' | 'limit' | 'late';

/** The metrics of adaptive timeouts. */
export const TIMEOUT_METRIC: Readonly<Record<TimeoutMetric, MetricDefinition>> = {
  calls: {
    name: 'resilience.timeout.calls',
    type: 'counter',
    unit: '{call}',
    attributes: [KEY.guarded, KEY.guardOutcome],
    description:
      "Calls by outcome: success, failure, timeout, cancelled, rejected for want of time before they began, or would_timeout in mode 'observe'.",
  },
  limit: {
    name: 'resilience.timeout.limit',
    type: 'gauge',
    unit: 's',
    attributes: [KEY.guarded],
    description: 'How long a call may take now: learned, or set by hand.',
  },
  late: {
    name: 'resilience.timeout.late',
    type: 'counter',
    unit: '{call}',
    attributes: [KEY.guarded],
    description: 'Calls whose work ended after it had been given up on.',
  },
};
