import type { Ledger } from '../sla/ledger.ts';
import type { RequestSeries } from '../sla/request-series.ts';
import { BatchProducer, inSeconds } from './batch-producer.ts';
import type { CollectionResult, MetricBatch, MetricProducer } from './metric-producer.ts';
import { SLA_METRIC } from './sla-metrics.ts';
import type { SlaObservation } from './sla-observation.ts';

/** Gives every SLA metric to a MetricReader; series that have left are left out. */
export class SlaMetricProducer implements MetricProducer {
  readonly #ledger: Ledger;
  readonly #observation: SlaObservation;
  readonly #withDurations: boolean;
  readonly #producer: BatchProducer;

  constructor(ledger: Ledger, observation: SlaObservation, withDurations: boolean) {
    this.#ledger = ledger;
    this.#observation = observation;
    this.#withDurations = withDurations;
    this.#producer = new BatchProducer(
      () => ledger.now(),
      (batch) => this.#gather(batch),
    );
  }

  /** Never rejects: what goes wrong stands in the result's errors. */
  collect(): Promise<CollectionResult> {
    return this.#producer.collect();
  }

  #gather(batch: MetricBatch): void {
    this.#observation.observe((...measurement) => batch.add(...measurement));
    if (this.#withDurations)
      for (const entry of this.#ledger.table.services.values())
        for (const series of entry.series()) this.#addDurations(batch, series);
  }

  #addDurations(batch: MetricBatch, series: RequestSeries): void {
    const { bounds, buckets, bucketsSinceMillis } = series;
    batch.addHistogram(
      SLA_METRIC.duration,
      inSeconds(bounds.bounds, [...buckets.subarray(0, -1)], buckets.at(-1)!),
      this.#observation.requestAttributes(series),
      bucketsSinceMillis,
    );
  }
}
