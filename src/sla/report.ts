import { summarise } from '../stats/recent-histogram.ts';
import { formatDuration } from '../time/duration.ts';
import type { Ledger } from './ledger.ts';
import type { Objective } from './objective.ts';
import { THROUGHPUT_WINDOW_MILLIS, type RequestSeries } from './request-series.ts';
import type { ResolvedObjective } from './resolved-objective.ts';
import type { ServiceEntry } from './service-entry.ts';
import { slotOf, slotsIn, startOf } from './slots.ts';
import { CLIENT, CONSUMER, INTERNAL, PRODUCER, SERVER, SPAN_KINDS, type SpanKindName } from './span-kind.ts';
import { type SlaStatus, worstStatus } from './status.ts';
import type { TrackedObjective } from './tracked-objective.ts';
import type { SlaViolation } from './violation.ts';

/** How every service stands. Plain data; `JSON.stringify` keeps all of it. */
export interface SlaReport {
  /** ISO 8601. */
  generatedAt: string;
  /** By name, then by kind: what is served before what is called. */
  services: ServiceReport[];
}

/** How a service, or one operation of it, stands. `null` and `no_data` mean that nothing is known, never that all is well. */
export interface ServiceReport {
  service: string;
  kind: SpanKindName;
  /** Set for an operation. */
  operation?: string;
  /** The worst status of its objectives and those of its operations. */
  status: SlaStatus;
  /** Requests in the longest objective's window, 30 d at least, as far as it was observed. */
  requests: number;
  failures: number;
  /** Share of requests that succeeded, 0..1. */
  availability: number | null;
  /** Share of requests that failed, 0..1. */
  errorRate: number | null;
  /** Requests a second in the last five minutes, as far as they were observed. */
  throughputPerSecond: number | null;
  /** Of the last five to ten minutes; quantiles are within 1.6 %. */
  responseTimeMillis: { mean: number; p50: number; p95: number; p99: number; max: number } | null;
  /** Objectives of this service (or operation). One that several kinds count for stands at the first of them. */
  objectives: ObjectiveReport[];
  /** The same for each operation; empty in an operation's own report. */
  operations: ServiceReport[];
}

/** How an objective stands. `target` and `attained` are shares of good events: it is kept while attained >= target. */
export interface ObjectiveReport {
  name: string;
  metric: Objective['metric'];
  target: number;
  /** What a request or slice is held to: milliseconds for `response_time`, requests a second for `throughput`. */
  threshold?: number;
  /** Set where slices of time are the events: their length, and the least share of good requests that each is held to. */
  slice?: { length: string; targetRatio?: number };
  /** Such as `30d`, or `1M@Europe/Berlin` for a window of the calendar. */
  window: string;
  /** The present period of a window of the calendar, ISO 8601. */
  period?: { startedAt: string; endsAt: string };
  status: SlaStatus;
  attained: number | null;
  good: number;
  bad: number;
  /** How much of the window was observed, 0..1. */
  coverageRatio: number;
  errorBudget: {
    /** 1 - target. */
    ratio: number;
    /** What is left of the budget; under 0 when overspent. */
    remainingRatio: number | null;
    /** When it ends at the last hour's rate; `null` when it does not burn or outlasts the period, 0 when nothing remains. */
    exhaustedInMillis: number | null;
  };
  /** By window; 1 spends exactly the budget over the objective's window. */
  burnRates: Record<string, number | null>;
  /** The latest episodes, newest first. */
  violations: SlaViolation[];
  /** Recent bad requests, sampled ones first. */
  traceIds: string[];
}

/** What is served before what is called; `internal` last. */
const KIND_ORDER = [SERVER, CONSUMER, CLIENT, PRODUCER, INTERNAL];

/** A report over everything in the ledger, or one service. */
export function report(ledger: Ledger, service?: string): SlaReport {
  const now = ledger.settle();
  const entries = [...ledger.table.services.values()]
    .filter((entry) => service === undefined || entry.name === service)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    generatedAt: iso(now),
    services: entries.flatMap((entry) => reportEntry(ledger, entry, now)),
  };
}

function reportEntry(ledger: Ledger, entry: ServiceEntry, now: number): ServiceReport[] {
  const objectives = [...entry.objectives.values()].map((tracked) => ({ tracked, kind: homeKind(entry, tracked) }));
  const kinds = KIND_ORDER.filter(
    (kind) => (entry.kinds[kind]?.size ?? 0) > 0 || objectives.some((each) => each.kind === kind),
  );
  return kinds.map((kind) => {
    const series = [...(entry.kinds[kind]?.values() ?? [])];
    const own = objectives.filter((each) => each.kind === kind).map((each) => each.tracked);
    const names = new Set([
      ...series.map((each) => each.operation),
      ...own.flatMap(({ operation }) => operation ?? []),
    ]);
    const operations = [...names].toSorted().map((operation) => {
      const ofOperation = series.filter((each) => each.operation === operation);
      return reportPart(
        ledger,
        { entry, kind, operation, now },
        ofOperation,
        own.filter((tracked) => tracked.operation === operation),
      );
    });
    const whole = reportPart(
      ledger,
      { entry, kind, now },
      series,
      own.filter((tracked) => tracked.operation === undefined),
    );
    return { ...whole, status: worstStatus([whole.status, ...operations.map(({ status }) => status)]), operations };
  });
}

/** The kind under which an objective is reported: the first that it counts and that has been seen. */
function homeKind(entry: ServiceEntry, { objective, operation }: TrackedObjective): number {
  const counted = KIND_ORDER.filter((kind) => objective.kinds[kind]);
  const seen = (kind: number): boolean =>
    operation === undefined ? (entry.kinds[kind]?.size ?? 0) > 0 : entry.kinds[kind]?.has(operation) === true;
  return counted.find(seen) ?? counted[0] ?? SERVER;
}

function reportPart(
  ledger: Ledger,
  part: { entry: ServiceEntry; kind: number; operation?: string; now: number },
  series: readonly RequestSeries[],
  tracked: readonly TrackedObjective[],
): ServiceReport {
  const { entry, kind, operation, now } = part;
  const slot = slotOf(now);
  let [successes, failures, recent] = [0, 0, 0];
  for (const each of series) {
    const window = each.read(ledger.windowMillis, slot);
    const lately = each.read(THROUGHPUT_WINDOW_MILLIS, slot);
    successes += window.good;
    failures += window.bad;
    recent += lately.good + lately.bad;
  }
  const requests = successes + failures;
  const observedMillis = now - Math.max(ledger.sinceMillis, startOf(slot + 1 - slotsIn(THROUGHPUT_WINDOW_MILLIS)));
  const times = summarise(
    series.map((each) => each.recent),
    slot,
  );
  const objectives = tracked.map((each) => reportObjective(ledger, each, now));
  return {
    service: entry.name,
    kind: SPAN_KINDS[kind]!,
    ...(operation !== undefined && { operation }),
    status: worstStatus(objectives.map(({ status }) => status)),
    requests,
    failures,
    availability: requests === 0 ? null : successes / requests,
    errorRate: requests === 0 ? null : failures / requests,
    throughputPerSecond: requests === 0 || observedMillis <= 0 ? null : (recent * 1000) / observedMillis,
    responseTimeMillis: times
      ? {
          mean: times.mean,
          p50: times.quantile(0.5),
          p95: times.quantile(0.95),
          p99: times.quantile(0.99),
          max: times.max,
        }
      : null,
    objectives,
    operations: [],
  };
}

function reportSlice(slice: NonNullable<ResolvedObjective['slice']>): NonNullable<ObjectiveReport['slice']> {
  const length = formatDuration(slice.millis);
  return 'targetRatio' in slice ? { length, targetRatio: slice.targetRatio } : { length };
}

function reportObjective(ledger: Ledger, tracked: TrackedObjective, now: number): ObjectiveReport {
  const { objective } = tracked;
  const { status, period, attained, good, bad, coverageRatio, remainingRatio, exhaustedInMillis, burnRate } =
    tracked.evaluate(now);
  const { slice } = objective;
  const threshold = slice !== undefined && 'perSecond' in slice ? slice.perSecond : objective.thresholdMillis;
  const rates = ledger.options.burnWindows.map(({ millis, label }) => [label, burnRate(millis)] as const);
  return {
    name: tracked.name,
    metric: objective.metric,
    target: objective.target,
    ...(Number.isFinite(threshold) && { threshold }),
    ...(slice && { slice: reportSlice(slice) }),
    window: objective.window,
    ...(period && { period: { startedAt: iso(period.startMillis), endsAt: iso(period.endMillis) } }),
    status,
    attained,
    good,
    bad,
    coverageRatio,
    errorBudget: { ratio: objective.budgetRatio, remainingRatio, exhaustedInMillis },
    burnRates: Object.fromEntries(rates),
    violations: [...tracked.violations],
    traceIds: tracked.traces.list(),
  };
}

function iso(millis: number): string {
  return new Date(millis).toISOString();
}
