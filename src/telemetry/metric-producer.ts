/**
 * OpenTelemetry's MetricProducer as structural types, and the bookkeeping of its data points. Assignable to the types of
 * both SDK lines, which a type test holds.
 */
import type { Attributes, HrTime } from '@opentelemetry/api';
import { type MetricDefinition, SCOPE } from './names.ts';

/** A source of metrics for `metricProducers: [...]` of any MetricReader. */
export interface MetricProducer {
  collect(options?: { timeoutMillis?: number }): Promise<CollectionResult>;
}

export interface CollectionResult {
  resourceMetrics: {
    resource: EmptyResource;
    scopeMetrics: { scope: { name: string; version?: string }; metrics: MetricData[] }[];
  };
  errors: unknown[];
}

/** Readers use their own resource; a producer's stands empty. */
interface EmptyResource {
  readonly attributes: Attributes;
  merge(other: EmptyResource | null): EmptyResource;
  getRawAttributes(): [];
}

export interface DataPoint<T> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: T;
}

export interface HistogramValue {
  buckets: { boundaries: number[]; counts: number[] };
  sum: number;
  count: number;
}

interface Described {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly valueType: typeof DOUBLE;
  };
  readonly aggregationTemporality: typeof CUMULATIVE;
}

export type MetricData =
  | (Described & { readonly dataPointType: typeof HISTOGRAM; readonly dataPoints: DataPoint<HistogramValue>[] })
  | (Described & { readonly dataPointType: typeof GAUGE; readonly dataPoints: DataPoint<number>[] })
  | (Described & {
      readonly dataPointType: typeof SUM;
      readonly dataPoints: DataPoint<number>[];
      readonly isMonotonic: boolean;
    });

/** The SDK's enumerations by value; an import of theirs would tie us to one of its lines. */
const DOUBLE = 1 as const;
const CUMULATIVE = 1 as const;
const HISTOGRAM = 0 as const;
const GAUGE = 2 as const;
const SUM = 3 as const;

const RESOURCE: EmptyResource = { attributes: {}, merge: (other) => other ?? RESOURCE, getRawAttributes: () => [] };

/** Gathers measurements into the form that a MetricReader exports. */
export class MetricBatch {
  readonly #numbers = new Map<MetricDefinition, DataPoint<number>[]>();
  readonly #histograms = new Map<MetricDefinition, DataPoint<HistogramValue>[]>();
  readonly #endTime: HrTime;
  readonly #starts = new Map<number, HrTime>();

  constructor(nowMillis: number) {
    this.#endTime = hrTime(nowMillis);
  }

  add(metric: MetricDefinition, value: number, attributes: Attributes, sinceMillis: number): void {
    append(this.#numbers, metric, { startTime: this.#start(sinceMillis), endTime: this.#endTime, attributes, value });
  }

  addHistogram(metric: MetricDefinition, value: HistogramValue, attributes: Attributes, sinceMillis: number): void {
    append(this.#histograms, metric, {
      startTime: this.#start(sinceMillis),
      endTime: this.#endTime,
      attributes,
      value,
    });
  }

  result(errors: unknown[] = []): CollectionResult {
    const numbers = [...this.#numbers].map(([metric, dataPoints]): MetricData => {
      const { type } = metric;
      if (type === 'gauge') return { ...described(metric), dataPointType: GAUGE, dataPoints };
      return { ...described(metric), dataPointType: SUM, dataPoints, isMonotonic: type === 'counter' };
    });
    const histograms = [...this.#histograms].map(([metric, dataPoints]): MetricData => ({
      ...described(metric),
      dataPointType: HISTOGRAM,
      dataPoints,
    }));
    return {
      resourceMetrics: {
        resource: RESOURCE,
        scopeMetrics: [{ scope: { name: SCOPE }, metrics: [...numbers, ...histograms] }],
      },
      errors,
    };
  }

  #start(sinceMillis: number): HrTime {
    let time = this.#starts.get(sinceMillis);
    if (!time) this.#starts.set(sinceMillis, (time = hrTime(sinceMillis)));
    return time;
  }
}

function append<T>(into: Map<MetricDefinition, DataPoint<T>[]>, metric: MetricDefinition, point: DataPoint<T>): void {
  const points = into.get(metric);
  if (points) points.push(point);
  else into.set(metric, [point]);
}

function described({ name, description, unit }: MetricDefinition): Described {
  return { descriptor: { name, description, unit, valueType: DOUBLE }, aggregationTemporality: CUMULATIVE };
}

function hrTime(millis: number): HrTime {
  const seconds = Math.floor(millis / 1000);
  return [seconds, Math.round((millis - seconds * 1000) * 1e6)];
}
