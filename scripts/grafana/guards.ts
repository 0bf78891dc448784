import { type Dashboard, MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard, labelVariable, UID } from './dashboard.ts';
import { stateTimeline, timeSeries } from './panels.ts';
import { inSeconds, of } from './queries.ts';

const NAME = 'resilience_bulkhead_name=~"$compartment"';
const OPERATION = 'resilience_operation=~"$operation"';

/** By their number in the query below. */
const STATES: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      '0': { text: 'healthy', color: 'green', index: 0 },
      '1': { text: 'degraded', color: 'yellow', index: 1 },
      '2': { text: 'recovering', color: 'orange', index: 2 },
      '3': { text: 'isolated', color: 'red', index: 3 },
    },
  },
];

/** The guards around calls: compartments, and timeouts that learn. */
export function guards(): Dashboard {
  const sum = (metric: string, by: string, ...matchers: string[]): string =>
    `sum by (${by}) (${of(metric, NAME, ...matchers)})`;
  const rate = (metric: string, by: string, ...matchers: string[]): string =>
    `sum by (${by}) (rate(${of(metric, ...matchers)}[$__rate_interval]))`;
  const state = (name: string): string =>
    `max by (resilience_bulkhead_name, instance) (${of('resilience_bulkhead_state', NAME, `resilience_state="${name}"`)})`;
  return dashboard(
    {
      uid: UID.guards,
      title: 'Guards',
      description: 'Bulkheads and adaptive timeouts around the calls of all instances.',
    },
    'resilience_bulkhead_limit',
  )
    .withVariable(labelVariable('compartment', 'Compartment', 'label_values(resilience_bulkhead_limit, resilience_bulkhead_name)'))
    .withVariable(labelVariable('operation', 'Operation', 'label_values(resilience_timeout_calls_total, resilience_operation)'))
    .withPanel(
      stateTimeline(
        {
          title: 'Compartments',
          description: 'The state of each compartment on each instance. Isolated: every call is rejected until it is tried again.',
          unit: 'none',
          width: 24,
          height: 8,
        },
        [
          [
            `0 * ${state('healthy')} + ${state('degraded')} + 2 * ${state('recovering')} + 3 * ${state('isolated')}`,
            '{{resilience_bulkhead_name}} {{instance}}',
          ],
        ],
        STATES,
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'In flight',
          description: 'Slots that are taken, beside how many there are in the present state.',
          unit: 'none',
          width: 12,
          height: 8,
        },
        [
          [sum('resilience_bulkhead_in_flight', 'resilience_bulkhead_name'), '{{resilience_bulkhead_name}}'],
          [sum('resilience_bulkhead_limit', 'resilience_bulkhead_name'), '{{resilience_bulkhead_name}}: limit'],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Waiting',
          description: 'Calls in the queue, beside how many may wait.',
          unit: 'none',
          width: 12,
          height: 8,
        },
        [
          [sum('resilience_bulkhead_queued', 'resilience_bulkhead_name'), '{{resilience_bulkhead_name}}'],
          [sum('resilience_bulkhead_queue_limit', 'resilience_bulkhead_name'), '{{resilience_bulkhead_name}}: limit'],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Calls',
          description: 'Calls a second through the compartments, by what became of them.',
          unit: 'ops',
          width: 12,
          height: 8,
        },
        [
          [
            rate('resilience_bulkhead_calls_total', 'resilience_bulkhead_name, resilience_outcome', NAME),
            '{{resilience_bulkhead_name}} {{resilience_outcome}}',
          ],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Rejections',
          description: 'Calls a second that were not let in, by the reason.',
          unit: 'ops',
          width: 12,
          height: 8,
        },
        [
          [
            rate('resilience_bulkhead_calls_total', 'resilience_bulkhead_name, resilience_reason', NAME, 'resilience_outcome="rejected"'),
            '{{resilience_bulkhead_name}} {{resilience_reason}}',
          ],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Overrun',
          description: 'Calls whose caller was answered, because its time was up, and whose work goes on and holds a slot.',
          unit: 'none',
          width: 12,
          height: 8,
        },
        [[sum('resilience_bulkhead_overrun', 'resilience_bulkhead_name'), '{{resilience_bulkhead_name}}']],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Run times',
          description: 'How long slots were held at the 99th percentile. Needs the metrics of the metricProducer.',
          unit: 's',
          width: 12,
          height: 8,
        },
        [
          [
            inSeconds(
              (name) =>
                `histogram_quantile(0.99, sum by (le, resilience_bulkhead_name) (rate(${of(name, NAME)}[$__rate_interval])))`,
              'resilience_bulkhead_run_duration',
              '_bucket',
            ),
            '{{resilience_bulkhead_name}} p99',
          ],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Timeouts',
          description: 'What a call may take now, learned or set by hand, the longest of all instances.',
          unit: 's',
          width: 12,
          height: 8,
        },
        [
          [
            inSeconds((name) => `max by (resilience_operation) (${of(name, OPERATION)})`, 'resilience_timeout_limit'),
            '{{resilience_operation}}',
          ],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Calls under timeouts',
          description: 'Calls a second by what became of them. In observe mode would_timeout are those that would have been cut.',
          unit: 'ops',
          width: 12,
          height: 8,
        },
        [
          [
            rate('resilience_timeout_calls_total', 'resilience_operation, resilience_outcome', OPERATION),
            '{{resilience_operation}} {{resilience_outcome}}',
          ],
          [rate('resilience_timeout_late_total', 'resilience_operation', OPERATION), '{{resilience_operation}} late'],
        ],
      ),
    )
    .build();
}
