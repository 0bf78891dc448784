import { BULKHEAD_METRIC } from '../src/telemetry/bulkhead-metrics.ts';
import type { MetricDefinition } from '../src/telemetry/names.ts';
import { SLA_METRIC } from '../src/telemetry/sla-metrics.ts';
import { TIMEOUT_METRIC } from '../src/telemetry/timeout-metrics.ts';
import { code, markdownTable } from './markdown-table.ts';
import { exporterNames, otlpNames } from './prometheus-name.ts';

const bulkheadMetrics: readonly MetricDefinition[] = Object.values(BULKHEAD_METRIC);
const timeoutMetrics: readonly MetricDefinition[] = Object.values(TIMEOUT_METRIC);
const slaMetrics: readonly MetricDefinition[] = Object.values(SLA_METRIC);

/** The metrics of service levels, in short. */
export function metricsOverview(): string {
  return overview(slaMetrics);
}

/** The metrics of bulkheads, in short. */
export function bulkheadMetricsOverview(): string {
  return overview(bulkheadMetrics);
}

/** The metrics of timeouts, in short. */
export function timeoutMetricsOverview(): string {
  return overview(timeoutMetrics);
}

function overview(metrics: readonly MetricDefinition[]): string {
  const rows = metrics.map((metric) => [code(metric.name), kindOf(metric), attributesOf(metric), metric.description]);
  return markdownTable(['metric', 'type, unit', 'attributes', 'what it says'], rows);
}

/** One section a metric: everything that is known about it. */
export function metricsReference(): string {
  return [...slaMetrics, ...bulkheadMetrics, ...timeoutMetrics].map(section).join('\n\n');
}

function section(metric: MetricDefinition): string {
  const [exporter, otlp] = [exporterNames(metric), otlpNames(metric)].map((names) => names.map(code).join(', '));
  const names = exporter === otlp ? `${exporter}` : `${exporter} from the JavaScript exporter, ${otlp} through OTLP`;
  const lines = [kindOf(metric), `attributes: ${attributesOf(metric) || 'none'}`, `in Prometheus: ${names}`];
  return `### ${code(metric.name)}\n\n${metric.description}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function kindOf({ type, unit }: MetricDefinition): string {
  return unit === '' ? type : `${type}, ${code(unit)}`;
}

function attributesOf({ attributes }: MetricDefinition): string {
  return attributes.map(code).join(', ');
}
