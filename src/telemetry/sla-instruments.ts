import {
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  type Observable,
} from '@opentelemetry/api';
import type { RequestSeries } from '../sla/request-series.ts';
import { type MetricDefinition, SCOPE } from './names.ts';
import { SLA_METRIC } from './sla-metrics.ts';
import type { SlaObservation } from './sla-observation.ts';

/** A meter provider, as far as the API promises it; the SDK's can be flushed. */
type FlushableProvider = MeterProvider & { forceFlush?(): Promise<void> };

/**
 * The SLA metrics as observable instruments. They cannot be made before the SDK has registered its MeterProvider, for an
 * instrument of the no-op provider stays dead for ever; so {@link attach} is tried again until it takes.
 */
export class SlaInstruments {
  readonly #observation: SlaObservation;
  readonly #provider: MeterProvider | undefined;
  readonly #boundsSeconds: () => number[];
  #attached = false;
  #duration: Histogram | undefined;

  constructor(observation: SlaObservation, provider: MeterProvider | undefined, boundsSeconds: () => number[]) {
    this.#observation = observation;
    this.#provider = provider;
    this.#boundsSeconds = boundsSeconds;
  }

  /** Whether there are live instruments. */
  get attached(): boolean {
    return this.#attached;
  }

  /** Makes the instruments if there is a MeterProvider by now. */
  attach(options: { withDurations: boolean; withObservables: boolean }): void {
    if (this.#attached) return;
    const meter = (this.#provider ?? metrics.getMeterProvider()).getMeter(SCOPE);
    if (meter === createNoopMeter()) return;
    this.#attached = true;
    if (options.withObservables) this.#observe(meter);
    if (options.withDurations) {
      const { name, description, unit } = SLA_METRIC.duration;
      this.#duration = meter.createHistogram(name, {
        description,
        unit,
        advice: { explicitBucketBoundaries: this.#boundsSeconds() },
      });
    }
  }

  /** Records a duration, where durations are asked for as an instrument. */
  recordDuration(series: RequestSeries, durationMillis: number): void {
    this.#duration?.record(durationMillis / 1000, this.#observation.requestAttributes(series));
  }

  /** Exports what has been counted. */
  async flush(): Promise<void> {
    const provider: FlushableProvider = this.#provider ?? metrics.getMeterProvider();
    await provider.forceFlush?.();
  }

  #observe(meter: Meter): void {
    const instruments = new Map<MetricDefinition, Observable>();
    for (const metric of Object.values(SLA_METRIC))
      if (metric !== SLA_METRIC.duration) instruments.set(metric, observable(meter, metric));
    meter.addBatchObservableCallback(
      (result) =>
        void this.#observation.observe((metric, value, attributes) =>
          result.observe(instruments.get(metric)!, value, attributes),
        ),
      [...instruments.values()],
    );
  }
}

function observable(meter: Meter, { name, type, description, unit }: MetricDefinition): Observable {
  return type === 'counter'
    ? meter.createObservableCounter(name, { description, unit })
    : meter.createObservableGauge(name, { description, unit });
}
