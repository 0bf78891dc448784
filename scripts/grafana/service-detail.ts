import {
  CustomVariableBuilder,
  type Dashboard,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { choice, dashboard, labelVariable, UID } from './dashboard.ts';
import { stateTimeline, STATUS, timeSeries, withLines } from './panels.ts';
import { badRatio, budgetLeft, burnRate, inSeconds, of } from './queries.ts';

const SERVICE = 'sla_service="$service"';
const OBJECTIVE = 'sla_objective=~"$objective"';
const BURN_WINDOWS = ['5m', '1h', '6h', '3d'];

/** One service: its budget as it burns down, how fast, its requests, its latency, its violations. */
export function serviceDetail(): Dashboard {
  return dashboard(
    {
      uid: UID.service,
      title: 'Service level of a service',
      description: 'What one service promised, and how it goes, of all instances together.',
    },
    'sla_events_total',
  )
    .withVariable(choice('service', 'Service', 'label_values(sla_events_total, sla_service)'))
    .withVariable(labelVariable('objective', 'Objective', 'label_values(sla_events_total{sla_service="$service"}, sla_objective)'))
    .withVariable(new CustomVariableBuilder('window').label('Window').values('30d,28d,7d,1d,1h'))
    .withVariable(new DatasourceVariableBuilder('traces').label('Traces').type('tempo'))
    .link(
      new DashboardLinkBuilder('Traces that broke an objective')
        .type(DashboardLinkType.Link)
        .targetBlank(true)
        .url(
          '/explore?schemaVersion=1&panes={"a":{"datasource":"${traces}","queries":[{"refId":"A","queryType":"traceql","query":"{ resource.service.name = \\"${service}\\" && span.sla.violated = true }"}],"range":{"from":"${__from}","to":"${__to}"}}}',
        ),
    )
    .withPanel(
      withLines(
        timeSeries(
          {
            title: 'Error budget left',
            description: 'What is left of the error budget of the window chosen above, as it burns down. Under 0 it is overspent.',
            unit: 'percentunit',
            width: 12,
            height: 9,
          },
          [[budgetLeft('$window', SERVICE, OBJECTIVE), '{{sla_objective}}']],
        ).max(1),
        [{ value: null, color: 'red' }, { value: 0, color: 'transparent' }],
      ),
    )
    .withPanel(
      withLines(
        timeSeries(
          {
            title: 'Burn rates',
            description:
              'How many times faster than sustainable the budget is spent, over several windows. A pair of windows over its line at once is an alert; the lines are those of a window of 30 d.',
            unit: 'none',
            width: 12,
            height: 9,
          },
          BURN_WINDOWS.map((window) => [burnRate(window, SERVICE, OBJECTIVE), `{{sla_objective}} ${window}`] as const),
        ),
        [
          { value: null, color: 'transparent' },
          { value: 1, color: 'yellow' },
          { value: 6, color: 'orange' },
          { value: 14.4, color: 'red' },
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Requests',
          description: 'Requests a second by operation, and how many of all fail.',
          unit: 'reqps',
          width: 12,
          height: 9,
        },
        [
          [`sum by (sla_operation) (rate(${of('sla_requests_total', SERVICE)}[$__rate_interval]))`, '{{sla_operation}}'],
          [`sum(rate(${of('sla_requests_total', SERVICE, 'sla_result="failure"')}[$__rate_interval]))`, 'all that fail'],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Bad events',
          description: 'The share of bad events of each objective, beside the share that its budget allows.',
          unit: 'percentunit',
          width: 12,
          height: 9,
        },
        [
          [badRatio('$__rate_interval', SERVICE, OBJECTIVE), '{{sla_objective}}'],
          [`1 - max by (sla_objective) (${of('sla_target_ratio', SERVICE, OBJECTIVE)})`, '{{sla_objective}}: budget'],
        ],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Response times',
          description:
            'Quantiles over all operations, from the histogram. The dashed line is the target of a response-time objective; it needs the generated recording rules.',
          unit: 's',
          width: 12,
          height: 9,
        },
        [
          ...[0.5, 0.95, 0.99].map((quantile) => [latency(quantile), `p${quantile * 100}`] as const),
          [`max by (sla_objective) (sla_objective:sla_response_time_threshold:seconds{${SERVICE},${OBJECTIVE}})`, '{{sla_objective}}: target'],
        ],
      ).overrideByRegexp('/: target$/', [
        { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
        { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      ]),
    )
    .withPanel(
      stateTimeline(
        {
          title: 'Violations',
          description: 'The status of each objective on each instance over the window of the objective. Gaps are times without enough events.',
          unit: 'none',
          width: 12,
          height: 9,
        },
        [[of('sla_status', SERVICE, OBJECTIVE), '{{sla_objective}} {{instance}}']],
        STATUS,
      ),
    )
    .build();
}

function latency(quantile: number): string {
  return inSeconds(
    (name) => `histogram_quantile(${quantile}, sum by (le) (rate(${of(name, SERVICE)}[$__rate_interval])))`,
    'sla_duration',
    '_bucket',
  );
}
