import assert from 'node:assert/strict';
import { type OtlpAttributes, type Values, valuesOf } from './otlp-values.ts';

/**
 * Metrics in one form, whichever way they came: `sla_requests{sla_result="success",...}` and its value. Labels are in
 * alphabetical order, counters have no `_total`, the scope and everything that is not ours are left out.
 */
export type Readings = Record<string, number>;

type OtlpNumber = { attributes: OtlpAttributes; asInt?: number | string; asDouble?: number };
type OtlpHistogram = {
  attributes: OtlpAttributes;
  count: number;
  sum: number;
  bucketCounts: number[];
  explicitBounds: number[];
};
type OtlpMetric = { name: string } & {
  sum?: { dataPoints: OtlpNumber[]; isMonotonic: boolean };
  gauge?: { dataPoints: OtlpNumber[] };
  histogram?: { dataPoints: OtlpHistogram[] };
};

export interface OtlpMetrics {
  resourceMetrics: { scopeMetrics: { metrics: OtlpMetric[] }[] }[];
}

export function readingsOfOtlp({ resourceMetrics }: OtlpMetrics): Readings {
  const readings: Readings = {};
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  for (const { name, sum, gauge, histogram } of metrics) {
    for (const { attributes, asInt, asDouble } of [...(sum?.dataPoints ?? []), ...(gauge?.dataPoints ?? [])]) {
      put(readings, name, valuesOf(attributes), Number(asInt ?? asDouble));
    }
    for (const { attributes, count, sum: total, bucketCounts, explicitBounds } of histogram?.dataPoints ?? []) {
      const labels = valuesOf(attributes);
      let cumulated = 0;
      for (const [index, bucket] of bucketCounts.entries()) {
        cumulated += bucket;
        put(readings, `${name}_bucket`, { ...labels, le: explicitBounds[index] ?? '+Inf' }, cumulated);
      }
      put(readings, `${name}_count`, labels, count);
      put(readings, `${name}_sum`, labels, total);
    }
  }
  return readings;
}

/** From what Prometheus would read. */
export function readingsOfScrape(text: string): Readings {
  const readings: Readings = {};
  const counters = new Set(Array.from(text.matchAll(/^# TYPE (\S+) counter$/gm), ([, name]) => name));
  for (const [, name = '', labels = '', value] of text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)) {
    const pairs = Array.from(labels.matchAll(/(\w+)="([^"]*)"/g), ([, key, each]) => [key, each] as const);
    const own = Object.fromEntries(pairs.filter(([key]) => !key?.startsWith('otel_scope_')));
    put(readings, counters.has(name) ? name.replace(/_total$/, '') : name, own, Number(value));
  }
  return readings;
}

/** The readings of these metrics only. */
export function only(readings: Readings, ...names: string[]): Readings {
  return Object.fromEntries(
    Object.entries(readings).filter(([series]) => names.includes(series.split('{', 1)[0] ?? '')),
  );
}

/** The duration histogram of one operation. */
export function durationsOf(readings: Readings, operation: string): Readings {
  const isOne = (series: string): boolean => /^sla_duration_\w+\{/.test(series) && series.includes(`"${operation}"`);
  return Object.fromEntries(Object.entries(readings).filter(([series]) => isOne(series)));
}

/** No series may be reported twice. */
function put(into: Readings, name: string, labels: Values, value: number): void {
  const plain = name.replaceAll('.', '_');
  if (!plain.startsWith('sla_') && !plain.startsWith('resilience_')) return;
  const pairs = Object.entries(labels).map(([key, each]) => `${key.replaceAll('.', '_')}="${each}"`);
  const series = pairs.length === 0 ? plain : `${plain}{${pairs.toSorted().join()}}`;
  assert(!(series in into), `${series} is reported twice`);
  into[series] = value;
}
