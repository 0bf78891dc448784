import type { ServiceReport, SlaReport } from 'opentelemetry-resilience';
import type { Tally } from './tally.ts';

/** One route: what was sent to it beside what its service's own SLA counted. */
export interface Comparison {
  readonly service: string;
  readonly operation: string;
  readonly sent: number;
  readonly bad: number;
  readonly counted: number;
  readonly countedBad: number;
  readonly equal: boolean;
}

/** Reports by the process that measured. */
export function compare(tally: Tally, reports: ReadonlyMap<string, SlaReport>): Comparison[] {
  return Object.entries(tally).flatMap(([service, operations]) =>
    Object.entries(operations).map(([operation, { sent, bad }]) => {
      const report = ownOperations(reports.get(service), service).find((each) => each.operation === operation);
      const counted = report?.requests ?? 0;
      const countedBad = report?.failures ?? 0;
      return { service, operation, sent, bad, counted, countedBad, equal: sent === counted && bad === countedBad };
    }),
  );
}

export function renderSummary(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((each) =>
    align(
      each.service,
      each.operation,
      each.sent,
      each.bad,
      each.counted,
      each.countedBad,
      each.equal ? 'equal' : 'DIFFERENT',
    ),
  );
  const verdict = comparisons.every((each) => each.equal)
    ? 'The SLA counted exactly what was sent.'
    : 'The SLA and the load generator disagree.';
  return [align('SERVICE', 'ROUTE', 'SENT', 'BAD', 'COUNTED', 'BAD', ''), ...rows, verdict].join('\n');
}

function align(service: string, route: string, ...figures: (string | number)[]): string {
  return `${service.padEnd(12)}${route.padEnd(20)}${figures.map((figure) => String(figure).padStart(10)).join('')}`.trimEnd();
}

function ownOperations(report: SlaReport | undefined, service: string): readonly ServiceReport[] {
  return report?.services.find((each) => each.service === service && each.kind === 'server')?.operations ?? [];
}
