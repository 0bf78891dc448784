/** What all dashboards have in common: their variables, their tags, the links between them. */
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './panels.ts';

export const UID = { overview: 'otel-resilience-sla', service: 'otel-resilience-service', guards: 'otel-resilience-guards' };
const TAG = 'opentelemetry-resilience';

export interface DashboardText {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
}

/** A dashboard with a datasource, and job and instance, which match everything at first: they are not there in every pipeline. */
export function dashboard({ uid, title, description }: DashboardText, metric: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-24h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(new DashboardLinkBuilder('Resilience').type(DashboardLinkType.Dashboards).tags([TAG]).includeVars(true).keepTime(true))
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(labelVariable('job', 'Job', `label_values(${metric}, job)`))
    .withVariable(labelVariable('instance', 'Instance', `label_values(${metric}{job=~"$job"}, instance)`));
}

/** Several values of a label, at first all. */
export function labelVariable(name: string, label: string, query: string): QueryVariableBuilder {
  return choice(name, label, query).multi(true).includeAll(true).allValue('.*');
}

/** One value of a label. */
export function choice(name: string, label: string, query: string): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name).label(label).datasource(DATASOURCE).query(query);
  variable.sort(VariableSort.AlphabeticalAsc);
  return variable.refresh(VariableRefresh.OnTimeRangeChanged);
}
