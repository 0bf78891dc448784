import { type CollectionResult, type HistogramValue, MetricBatch, type MetricProducer } from './metric-producer.ts';

/** Gives a MetricReader whatever is gathered at the moment it collects. */
export class BatchProducer implements MetricProducer {
  readonly #now: () => number;
  readonly #gather: (batch: MetricBatch) => void;

  /** @param now - milliseconds since the epoch. */
  constructor(now: () => number, gather: (batch: MetricBatch) => void) {
    this.#now = now;
    this.#gather = gather;
  }

  /** Never rejects: what goes wrong stands in the result's errors. */
  collect(): Promise<CollectionResult> {
    try {
      const batch = new MetricBatch(this.#now());
      this.#gather(batch);
      return Promise.resolve(batch.result());
    } catch (error) {
      return Promise.resolve(new MetricBatch(0).result([error]));
    }
  }
}

/** A histogram in seconds, as the conventions have it, of one that was kept in milliseconds. */
export function inSeconds(boundsMillis: readonly number[], counts: number[], sumMillis: number): HistogramValue {
  return {
    buckets: { boundaries: boundsMillis.map((bound) => bound / 1000), counts },
    sum: sumMillis / 1000,
    count: counts.reduce((total, count) => total + count, 0),
  };
}
