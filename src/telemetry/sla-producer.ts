import type { Ledger } from '../sla/ledger.ts';
import type { RequestSeries } from '../sla/request-series.ts';
import { type CollectionResult, type HistogramValue, MetricBatch, type MetricProducer } from './metric-producer.ts';
import { SLA_METRIC } from './sla-metrics.ts';
import type { SlaObservation } from './sla-observation.ts';

/** Gives every SLA metric to a MetricReader; series that have left are left out. */
export class SlaMetricProducer implements MetricProducer {
  readonly #ledger: Ledger;
  readonly #observation: SlaObservation;
  readonly #withDurations: boolean;

  constructor(ledger: Ledger, observation: SlaObservation, withDurations: boolean) {
    this.#ledger = ledger;
    this.#observation = observation;
    this.#withDurations = withDurations;
  }

  /** Never rejects: what goes wrong stands in the result's errors. */
  collect(): Promise<CollectionResult> {
    try {
      return Promise.resolve(this.#gather().result());
    } catch (error) {
      return Promise.resolve(new MetricBatch(0).result([error]));
    }
  }

  #gather(): MetricBatch {
    const batch = new MetricBatch(this.#ledger.now());
    this.#observation.observe((...measurement) => batch.add(...measurement));
    if (this.#withDurations)
      for (const entry of this.#ledger.table.services.values())
        for (const series of entry.series()) this.#addDurations(batch, series);
    return batch;
  }

  #addDurations(batch: MetricBatch, series: RequestSeries): void {
    batch.addHistogram(
      SLA_METRIC.duration,
      histogramOf(series),
      this.#observation.requestAttributes(series),
      series.bucketsSinceMillis,
    );
  }
}

/** In seconds, as the conventions have it; kept in milliseconds. */
function histogramOf({ bounds, buckets }: RequestSeries): HistogramValue {
  const counts = [...buckets.subarray(0, -1)];
  return {
    buckets: { boundaries: bounds.bounds.map((bound) => bound / 1000), counts },
    sum: buckets.at(-1)! / 1000,
    count: counts.reduce((total, count) => total + count, 0),
  };
}
