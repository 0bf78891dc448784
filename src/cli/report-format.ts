import { renderHtmlReport } from '../status/report/html-report.ts';
import { objectiveRows, type ReportScope, scoped } from '../status/report/rows.ts';
import { renderMarkdown, renderTable } from '../status/report/table.ts';
import type { StatusView } from '../status/view.ts';
import { UsageError } from './command.ts';

export const FORMATS = ['table', 'json', 'markdown', 'html'] as const;
export type ReportFormat = (typeof FORMATS)[number];

/** A report in one of its forms. @throws UsageError where nothing is known of the service or the period. */
export function formatted(view: StatusView, format: ReportFormat, scope: ReportScope): string {
  const part = scoped(view, scope);
  const { service, period } = scope;
  if (service !== undefined && part.services.length === 0)
    throw new UsageError(`--service: nothing is known of '${service}'; there are ${namesOf(view)}`);
  const windows = windowsOf(part);
  if (period !== undefined && windows.length > 0 && !windows.includes(period))
    throw new UsageError(`--period: expected one of ${windows.join(', ')}, got '${period}'`);
  switch (format) {
    case 'json':
      return `${JSON.stringify(part, undefined, 2)}\n`;
    case 'html':
      return `${renderHtmlReport(part, titleOf(scope))}\n`;
    case 'markdown':
      return `${renderMarkdown(objectiveRows(part, scope))}\n`;
    case 'table':
      return `${renderTable(objectiveRows(part, scope))}\n`;
  }
}

function titleOf({ service }: ReportScope): string {
  return service === undefined ? 'Service levels' : `Service levels of ${service}`;
}

function namesOf({ services }: StatusView): string {
  return services.length === 0 ? 'no services' : [...new Set(services.map(({ service }) => service))].join(', ');
}

/** The windows whose burn rates are reported. */
function windowsOf({ services }: StatusView): string[] {
  const objectives = services.flatMap((service) => [service, ...service.operations]).flatMap((part) => part.objectives);
  return [...new Set(objectives.flatMap(({ burnRates }) => Object.keys(burnRates)))];
}
