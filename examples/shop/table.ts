import { styleText } from 'node:util';
import type { ObjectiveReport, ResilienceReport, ServiceReport, SlaStatus } from 'opentelemetry-resilience';
import { renderGuards } from './guard-table.ts';
import { type ServiceName, serviceNames } from './service-names.ts';

/** Everything the table shows. */
export interface View {
  /** By the process that measured. */
  readonly reports: ReadonlyMap<ServiceName, ResilienceReport>;
  readonly fault: string | undefined;
  readonly sent: number;
  readonly elapsedMillis: number;
  readonly colour: boolean;
}

type Cells = readonly [string, string, string, string, string, string, string, string, string];

const words: Record<SlaStatus, string> = { met: 'met', at_risk: 'AT RISK', breached: 'BREACHED', no_data: 'no data' };
const colours = { met: 'green', at_risk: 'yellow', breached: 'red', no_data: 'gray' } as const;
const promises: Record<ObjectiveReport['metric'], (objective: ObjectiveReport) => string> = {
  availability: ({ target }) => `>= ${percent(target)}`,
  error_rate: ({ errorBudget }) => `errors <= ${percent(errorBudget.ratio)}`,
  response_time: ({ target, threshold }) => `${percent(target)} in ${threshold} ms`,
  throughput: ({ target, threshold }) => `${percent(target)} at >= ${threshold}/s`,
};
const unknown = '-';

export function renderTable(view: View): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    view.colour ? styleText(style, text, { validateStream: false }) : text;
  const heading = align([
    'OBJECTIVE',
    'TARGET',
    'STATUS',
    'ATTAINED',
    'BUDGET',
    'BURN 5m',
    'BURN 1h',
    'P95',
    'REQUESTS',
  ]);
  const groups = serviceNames.flatMap((process) =>
    ownFirst(view.reports.get(process), process).flatMap((service) => {
      const rows = objectivesOf(service).map(([part, objective]) =>
        align(cellsOf(part, objective), (status) => paint(colours[objective.status], status)),
      );
      const seen = service.kind === 'client' ? `${service.service}, as ${process} sees it` : service.service;
      return rows.length === 0 ? [] : [paint('bold', seen), ...rows];
    }),
  );
  const guards = [...view.reports].flatMap(([process, report]) => renderGuards(process, report, paint));
  const fault = view.fault === undefined ? 'none' : paint('red', view.fault);
  const seconds = Math.round(view.elapsedMillis / 1000);
  return [`fault now: ${fault}    sent: ${view.sent} requests in ${seconds} s`, '', heading, ...groups, ...guards].join(
    '\n',
  );
}

/** What to do while the demo runs. */
export function renderFooter(statusPage: string, metrics: readonly string[]): string {
  return `open:   ${statusPage}\nscrape: ${metrics.join('  ')}\nCtrl-C to stop`;
}

function ownFirst(report: ResilienceReport | undefined, process: string): ServiceReport[] {
  return (report?.services ?? []).toSorted((a, b) => Number(b.service === process) - Number(a.service === process));
}

/** The service's own objectives, then those of its operations, each with the part it is about. */
function objectivesOf(service: ServiceReport): [ServiceReport, ObjectiveReport][] {
  return [service, ...service.operations].flatMap((part) =>
    part.objectives.map((objective): [ServiceReport, ObjectiveReport] => [part, objective]),
  );
}

function cellsOf(part: ServiceReport, objective: ObjectiveReport): Cells {
  const { burnRates, errorBudget, attained, status } = objective;
  const shown = attained !== null && objective.metric === 'error_rate' ? 1 - attained : attained;
  return [
    objective.name,
    promises[objective.metric](objective),
    words[status],
    percent(shown),
    percent(errorBudget.remainingRatio, 0),
    rate(burnRates['5m']),
    rate(burnRates['1h']),
    part.responseTimeMillis === null ? unknown : `${Math.round(part.responseTimeMillis.p95)} ms`,
    String(part.requests),
  ];
}

function align([objective, target, status, ...figures]: Cells, paintStatus = (word: string): string => word): string {
  const widths = [10, 8, 9, 9, 8, 10];
  const right = figures.map((figure, index) => figure.padStart(widths[index] ?? 0)).join('');
  return `  ${objective.padEnd(21)}${target.padEnd(16)}${paintStatus(status.padEnd(9))}${right}`;
}

/** At most `digits` decimals; rounding never turns a miss into a whole 100 %. */
function percent(ratio: number | null, digits = 2): string {
  if (ratio === null) return unknown;
  const scale = 10 ** digits;
  const rounded = Math.round(ratio * 100 * scale) / scale;
  return `${rounded === 100 && ratio < 1 ? 100 - 1 / scale : rounded}%`;
}

function rate(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : value.toFixed(1);
}
