import type { MetricDefinition } from '../src/telemetry/names.ts';

/** Suffixes of the series that a histogram becomes. */
const HISTOGRAM_SERIES = ['_bucket', '_sum', '_count'];

/** The series as OpenTelemetry's own Prometheus exporter for JavaScript names them: without units. */
export function exporterNames({ name, type }: MetricDefinition): string[] {
  return seriesOf(`${sanitized(name)}${type === 'counter' ? '_total' : ''}`, type);
}

/**
 * The series as a Collector or Prometheus' own OTLP receiver names them: with the unit, unless the name ends in it. Source:
 * "Prometheus and OpenMetrics Compatibility" of the OpenTelemetry specification.
 */
export function otlpNames({ name, type, unit }: MetricDefinition): string[] {
  const plain = sanitized(name);
  const suffix = unitSuffix(unit, type);
  const full = suffix === '' || plain.endsWith(suffix) ? plain : plain + suffix;
  return seriesOf(`${full}${type === 'counter' ? '_total' : ''}`, type);
}

function sanitized(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_:]+/g, '_');
}

/** A unit in braces is a remark and leaves no trace; 1 makes a gauge a ratio. */
function unitSuffix(unit: string, type: MetricDefinition['type']): string {
  if (unit === 's') return '_seconds';
  return unit === '1' && type === 'gauge' ? '_ratio' : '';
}

function seriesOf(name: string, type: MetricDefinition['type']): string[] {
  return type === 'histogram' ? HISTOGRAM_SERIES.map((suffix) => name + suffix) : [name];
}
