import type { Histogram, MeterProvider } from '@opentelemetry/api';
import type { RequestSeries } from '../sla/request-series.ts';
import { Instruments } from './instruments.ts';
import { SLA_METRIC } from './sla-metrics.ts';
import type { SlaObservation } from './sla-observation.ts';

const OBSERVED = Object.values(SLA_METRIC).filter((metric) => metric !== SLA_METRIC.duration);

/** The SLA metrics as instruments. {@link attach} is to be tried again until it takes. */
export class SlaInstruments {
  readonly #observation: SlaObservation;
  readonly #instruments: Instruments;
  readonly #boundsSeconds: () => number[];
  #attached = false;
  #duration: Histogram | undefined;

  constructor(observation: SlaObservation, provider: MeterProvider | undefined, boundsSeconds: () => number[]) {
    this.#observation = observation;
    this.#instruments = new Instruments(provider);
    this.#boundsSeconds = boundsSeconds;
  }

  /** Whether there are live instruments. */
  get attached(): boolean {
    return this.#attached;
  }

  /** Makes the instruments if there is a MeterProvider by now. */
  attach(options: { withDurations: boolean; withObservables: boolean }): void {
    if (this.#attached) return;
    const meter = this.#instruments.meter();
    if (meter === undefined) return;
    this.#attached = true;
    if (options.withObservables)
      this.#instruments.observe(meter, OBSERVED, (emit) => void this.#observation.observe(emit));
    if (options.withDurations) {
      const { name, description, unit } = SLA_METRIC.duration;
      this.#duration = meter.createHistogram(name, {
        description,
        unit,
        advice: { explicitBucketBoundaries: this.#boundsSeconds() },
      });
    }
  }

  /** The observables say nothing from now on; unless they have been read already, for the SDK goes on reporting what it saw. */
  silence(): boolean {
    return this.#instruments.silence();
  }

  /** Records a duration, where durations are asked for as an instrument. */
  recordDuration(series: RequestSeries, durationMillis: number): void {
    this.#duration?.record(durationMillis / 1000, this.#observation.requestAttributes(series));
  }

  /** Exports what has been counted. */
  async flush(): Promise<void> {
    await this.#instruments.flush();
  }
}
