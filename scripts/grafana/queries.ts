/** PromQL for the dashboards: by our own labels, for `job` and `instance` are not there in every pipeline. */

/** What every query is narrowed by; with "All" these match where the label is missing, too. */
const WHERE = 'job=~"$job",instance=~"$instance"';

/** A selector of one of our metrics. */
export function of(metric: string, ...matchers: string[]): string {
  return `${metric}{${[WHERE, ...matchers].join(',')}}`;
}

/**
 * The same query over both names that an instrument in seconds has in Prometheus: the JavaScript exporter appends no
 * unit, everything that comes by OTLP does. `suffix` is what follows the unit, such as `_bucket`.
 */
export function inSeconds(query: (name: string) => string, metric: string, suffix = ''): string {
  return `(${query(`${metric}${suffix}`)}) or (${query(`${metric}_seconds${suffix}`)})`;
}

/** The share of bad events over a time, of all instances together, by service and objective. */
export function badRatio(range: string, ...matchers: string[]): string {
  const events = (...more: string[]): string =>
    `sum by (sla_service, sla_objective) (increase(${of('sla_events_total', ...matchers, ...more)}[${range}]))`;
  return `${events('sla_outcome="bad"')} / (${events()} > 0)`;
}

/** The error budget of objectives, a share of all events. */
function budget(...matchers: string[]): string {
  return `(1 - max by (sla_service, sla_objective) (${of('sla_target_ratio', ...matchers)}))`;
}

/** How many times faster than sustainable the budget is spent. */
export function burnRate(range: string, ...matchers: string[]): string {
  return `(${badRatio(range, ...matchers)}) / on (sla_service, sla_objective) ${budget(...matchers)}`;
}

/** What is left of the budget of a time, 1 where nothing was spent. */
export function budgetLeft(range: string, ...matchers: string[]): string {
  return `1 - (${burnRate(range, ...matchers)})`;
}
