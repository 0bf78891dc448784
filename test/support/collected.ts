import type { Attributes } from '@opentelemetry/api';
import { MetricReader } from '@opentelemetry/sdk-metrics';

/** A metric as it was collected, in the words of our own tables. */
export interface Collected {
  name: string;
  type: string;
  unit: string;
  points: { attributes: Attributes; value: unknown }[];
}

interface Source {
  collect(): Promise<{
    resourceMetrics: {
      scopeMetrics: readonly {
        scope: { name: string };
        metrics: readonly {
          descriptor: { name: string; unit: string };
          dataPointType: number;
          isMonotonic?: boolean;
          dataPoints: readonly { attributes: Attributes; value: unknown }[];
        }[];
      }[];
    };
    errors: readonly unknown[];
  }>;
}

const TYPES = ['histogram', 'exponential histogram', 'gauge', 'sum'];

/** Collects from a reader or a producer; fails on what it calls errors. */
export async function collect(source: Source): Promise<Collected[]> {
  const { resourceMetrics, errors } = await source.collect();
  if (errors.length > 0) throw new AggregateError(errors, 'collected with errors');
  return resourceMetrics.scopeMetrics
    .filter(({ scope }) => scope.name === 'opentelemetry-resilience')
    .flatMap(({ metrics }) => metrics)
    .map(({ descriptor: { name, unit }, dataPointType, isMonotonic, dataPoints }) => ({
      name,
      type: isMonotonic === true ? 'counter' : (TYPES[dataPointType] ?? 'unknown'),
      unit,
      points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    }));
}

/** The points of one metric as `value` by its attributes' values, joined by blanks. */
export function pointsOf(metrics: readonly Collected[], name: string): Record<string, unknown> {
  const points = metrics.filter((metric) => metric.name === name).flatMap((metric) => metric.points);
  return Object.fromEntries(points.map(({ attributes, value }) => [Object.values(attributes).join(' '), value]));
}

/** A reader that collects when it is told to. */
export class TestReader extends MetricReader {
  flushes = 0;

  protected override onForceFlush(): Promise<void> {
    this.flushes++;
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}
