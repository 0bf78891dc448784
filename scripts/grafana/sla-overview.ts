import {
  type Dashboard,
  DashboardLinkBuilder,
  DashboardLinkType,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard, labelVariable, UID } from './dashboard.ts';
import { barGauge, stat, STATUS, table, timeSeries, withLines } from './panels.ts';
import { badRatio, budgetLeft, burnRate, of } from './queries.ts';

const SERVICE = 'sla_service=~"$service"';
const STATE = `max by (sla_service, sla_objective) (${of('sla_status', SERVICE)})`;

const ratio: DynamicConfigValue[] = [
  { id: 'unit', value: 'percentunit' },
  { id: 'decimals', value: 3 },
];

/** Every service at a glance: how it stands, what was attained, what is left, how fast it goes. */
export function slaOverview(): Dashboard {
  const counted = (value: number): string => `count(${STATE} == ${value}) or vector(0)`;
  const toService = new DashboardLinkBuilder('Details')
    .type(DashboardLinkType.Link)
    .url(`/d/${UID.service}?var-service=\${__data.fields.Service}&\${datasource:queryparam}&\${__url_time_range}`);
  return dashboard(
    {
      uid: UID.overview,
      title: 'SLA overview',
      description: 'Service level objectives of every service, counted from all of its spans, of all instances together.',
    },
    'sla_events_total',
  )
    .withVariable(labelVariable('service', 'Service', 'label_values(sla_events_total, sla_service)'))
    .withPanel(
      stat(
        {
          title: 'Breached',
          description: 'Objectives that less was attained of than promised, on at least one instance.',
          unit: 'none',
          width: 4,
          height: 4,
        },
        [[counted(2), 'breached']],
        [{ value: null, color: 'green' }, { value: 1, color: 'red' }],
      ),
    )
    .withPanel(
      stat(
        {
          title: 'At risk',
          description: 'Objectives that are met and whose error budget burns too fast, on at least one instance.',
          unit: 'none',
          width: 4,
          height: 4,
        },
        [[counted(1), 'at risk']],
        [{ value: null, color: 'green' }, { value: 1, color: 'orange' }],
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Met',
          description: 'Objectives that are met. Those with too few events for a verdict are in none of these figures.',
          unit: 'none',
          width: 4,
          height: 4,
        },
        [[counted(0), 'met']],
        [{ value: null, color: 'green' }],
      ),
    )
    .withPanel(
      timeSeries(
        {
          title: 'Requests',
          description: 'Requests a second by service, good and bad ones. Calls to other services count for those.',
          unit: 'reqps',
          width: 12,
          height: 8,
        },
        [[`sum by (sla_service) (rate(${of('sla_requests_total', SERVICE)}[$__rate_interval]))`, '{{sla_service}}']],
      ),
    )
    .withPanel(
      table(
        {
          title: 'Objectives',
          description:
            'Attained and budget left are those of the time range that is shown, of all instances together. The status is that of the worst instance over the window of the objective.',
          unit: 'none',
          width: 24,
          height: 10,
        },
        [
          { name: 'Status', expr: STATE, properties: [{ id: 'mappings', value: STATUS }, { id: 'custom.cellOptions', value: { type: 'color-text' } }] },
          { name: 'Target', expr: `max by (sla_service, sla_objective) (${of('sla_target_ratio', SERVICE)})`, properties: ratio },
          { name: 'Attained', expr: `1 - (${badRatio('$__range', SERVICE)})`, properties: ratio },
          { name: 'Budget left', expr: budgetLeft('$__range', SERVICE), properties: [{ id: 'unit', value: 'percentunit' }, { id: 'decimals', value: 1 }] },
          { name: 'Burn rate 1h', expr: burnRate('1h', SERVICE), properties: [{ id: 'unit', value: 'none' }, { id: 'decimals', value: 1 }] },
        ],
        { sla_service: 'Service', sla_objective: 'Objective' },
        [toService],
      ),
    )
    .withPanel(
      barGauge(
        {
          title: 'Error budget left',
          description: 'Of the error budget of the time range that is shown. Empty is overspent.',
          unit: 'percentunit',
          width: 12,
          height: 9,
        },
        [[budgetLeft('$__range', SERVICE), '{{sla_service}}: {{sla_objective}}']],
        [{ value: null, color: 'red' }, { value: 0.05, color: 'orange' }, { value: 0.25, color: 'green' }],
      ),
    )
    .withPanel(
      withLines(
        timeSeries(
          {
            title: 'Burn rates',
            description: 'How many times faster than sustainable error budgets are spent, over an hour. At 1 a budget lasts exactly its window.',
            unit: 'none',
            width: 12,
            height: 9,
          },
          [[burnRate('1h', SERVICE), '{{sla_service}}: {{sla_objective}}']],
        ),
        [{ value: null, color: 'transparent' }, { value: 1, color: 'orange' }, { value: 14.4, color: 'red' }],
      ),
    )
    .build();
}
