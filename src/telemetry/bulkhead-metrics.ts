import { ATTRIBUTE as KEY, type MetricDefinition } from './names.ts';

type BulkheadMetric =
  | 'calls'
  | 'inFlight'
  | 'queued'
  | 'overrun'
  | 'limit'
  | 'queueLimit'
  | 'state'
  | 'transitions'
  | 'queueDuration'
  | 'runDuration';

/** The metrics of bulkheads. */
export const BULKHEAD_METRIC: Readonly<Record<BulkheadMetric, MetricDefinition>> = {
  calls: {
    name: 'resilience.bulkhead.calls',
    type: 'counter',
    unit: '{call}',
    attributes: [KEY.bulkhead, KEY.guardOutcome, KEY.reason],
    description:
      'Calls by outcome: success, failure, timeout, cancelled or rejected; those that were rejected also by reason.',
  },
  inFlight: {
    name: 'resilience.bulkhead.in_flight',
    type: 'updowncounter',
    unit: '{call}',
    attributes: [KEY.bulkhead],
    description: 'Slots that are taken: by work that has not ended, whether somebody waits for it or not.',
  },
  queued: {
    name: 'resilience.bulkhead.queued',
    type: 'updowncounter',
    unit: '{call}',
    attributes: [KEY.bulkhead],
    description: 'Calls that wait for a slot.',
  },
  overrun: {
    name: 'resilience.bulkhead.overrun',
    type: 'updowncounter',
    unit: '{call}',
    attributes: [KEY.bulkhead],
    description: 'Of those in flight: work that runs on though its caller was answered.',
  },
  limit: {
    name: 'resilience.bulkhead.limit',
    type: 'gauge',
    unit: '{call}',
    attributes: [KEY.bulkhead],
    description: 'How many calls may run at once in the present state; 0 while isolated.',
  },
  queueLimit: {
    name: 'resilience.bulkhead.queue.limit',
    type: 'gauge',
    unit: '{call}',
    attributes: [KEY.bulkhead],
    description: 'How many calls may wait.',
  },
  state: {
    name: 'resilience.bulkhead.state',
    type: 'gauge',
    unit: '',
    attributes: [KEY.bulkhead, KEY.state],
    description:
      'A series for each state, healthy, degraded, isolated and recovering: 1 for the present one, 0 for the others.',
  },
  transitions: {
    name: 'resilience.bulkhead.transitions',
    type: 'counter',
    unit: '{transition}',
    attributes: [KEY.bulkhead, KEY.stateFrom, KEY.stateTo],
    description: 'Changes of state.',
  },
  queueDuration: {
    name: 'resilience.bulkhead.queue.duration',
    type: 'histogram',
    unit: 's',
    attributes: [KEY.bulkhead],
    description: 'How long calls waited for a slot, of those that had to. Only through a MetricProducer.',
  },
  runDuration: {
    name: 'resilience.bulkhead.run.duration',
    type: 'histogram',
    unit: 's',
    attributes: [KEY.bulkhead],
    description: 'How long slots were held: until the work really ended. Only through a MetricProducer.',
  },
};
