import type { ObjectiveReport } from '../../sla/report.ts';
import { decimal, duration, percent, promise } from '../figures.ts';
import { pledgesOf, type StatusView } from '../view.ts';

/** What a report is about. */
export interface ReportScope {
  /** Only this service. Default: all. */
  readonly service?: string | undefined;
  /** Shares of this period beside those of the objective's window: one of the windows whose burn rates are reported. Default: none. */
  readonly period?: string | undefined;
}

/** Columns of a report on objectives, and a row for each of them, as texts. */
export interface ReportRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const STATUS = { met: 'met', at_risk: 'AT RISK', breached: 'BREACHED', no_data: 'no data' } as const;

/** The part of a view that a report is about. */
export function scoped(view: StatusView, { service }: ReportScope): StatusView {
  return service === undefined ? view : { ...view, services: view.services.filter((each) => each.service === service) };
}

/** The objectives of a view, one a row. Nothing is known under too few events, so no share stands there. */
export function objectiveRows(view: StatusView, { period }: ReportScope): ReportRows {
  const inPeriod = period === undefined ? [] : [`Attained in ${period}`];
  const columns = [
    'Service',
    'Objective',
    'Promise',
    'Window',
    'Status',
    'Attained',
    ...inPeriod,
    'Budget left',
    'Lasts',
    'Bad',
    'Events',
  ];
  const rows = view.services.flatMap((service) =>
    pledgesOf(service).map(({ part, objective }) => {
      const { name, window, status, good, bad, errorBudget } = objective;
      const isKnown = status !== 'no_data';
      return [
        `${part.service}${part.kind === 'server' ? '' : ` (${part.kind})`}`,
        name,
        promise(objective),
        window,
        STATUS[status],
        percent(isKnown ? objective.attained : null, 3),
        ...(period === undefined ? [] : [percent(isKnown ? attainedIn(objective, period) : null, 3)]),
        percent(isKnown ? errorBudget.remainingRatio : null, 1),
        lasts(isKnown ? errorBudget.exhaustedInMillis : null),
        decimal(bad),
        decimal(good + bad),
      ];
    }),
  );
  return { columns, rows };
}

/** The share of good events in a window whose burn rate is reported: burn rate = share of bad events / error budget. */
function attainedIn({ burnRates, errorBudget }: ObjectiveReport, window: string): number | null {
  const rate = burnRates[window];
  return rate === null || rate === undefined ? null : 1 - rate * errorBudget.ratio;
}

function lasts(millis: number | null): string {
  return millis === 0 ? 'spent' : duration(millis);
}
