import {
  type Attributes,
  type BatchObservableCallback,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  type Observable,
} from '@opentelemetry/api';
import { type MetricDefinition, SCOPE } from './names.ts';

/** Takes one measurement. Counters carry since when they count. */
export type Emit = (metric: MetricDefinition, value: number, attributes: Attributes, sinceMillis: number) => void;

/** A meter provider, as far as the API promises it; the SDK's can be flushed. */
type FlushableProvider = MeterProvider & { forceFlush?(): Promise<void> };

/**
 * Observable instruments of metrics that are read and never recorded. They cannot be made before the SDK has registered
 * its MeterProvider, for an instrument of the no-op provider stays dead for ever; so {@link Instruments.meter} is to be
 * asked again until there is one.
 */
export class Instruments {
  readonly #provider: MeterProvider | undefined;
  #stop: (() => void) | undefined;
  #observed = false;
  #silent = false;

  constructor(provider: MeterProvider | undefined) {
    this.#provider = provider;
  }

  /** A live meter of the given MeterProvider or the global one, `undefined` where there is none yet. */
  meter(): Meter | undefined {
    const meter = (this.#provider ?? metrics.getMeterProvider()).getMeter(SCOPE);
    return meter === createNoopMeter() ? undefined : meter;
  }

  /** Makes an instrument for each metric; whenever a reader collects, `observe` is asked for their values. */
  observe(meter: Meter, definitions: readonly MetricDefinition[], observe: (emit: Emit) => void): void {
    const instruments = new Map(definitions.map((each) => [each, observable(meter, each)]));
    const callback: BatchObservableCallback = (result) => {
      if (this.#silent) return;
      this.#observed = true;
      observe((metric, value, attributes) => {
        const instrument = instruments.get(metric);
        if (instrument) result.observe(instrument, value, attributes);
      });
    };
    const observables = [...instruments.values()];
    meter.addBatchObservableCallback(callback, observables);
    this.#stop = () => meter.removeBatchObservableCallback(callback, observables);
  }

  /** Says nothing from now on; unless it has been read already, for the SDK goes on reporting what it saw. */
  silence(): boolean {
    this.#silent = !this.#observed;
    return this.#silent;
  }

  /** Exports what has been counted. */
  async flush(): Promise<void> {
    const provider: FlushableProvider = this.#provider ?? metrics.getMeterProvider();
    await provider.forceFlush?.();
  }

  /** Observes no more. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}

function observable(meter: Meter, { name, type, description, unit }: MetricDefinition): Observable {
  if (type === 'counter') return meter.createObservableCounter(name, { description, unit });
  if (type === 'updowncounter') return meter.createObservableUpDownCounter(name, { description, unit });
  return meter.createObservableGauge(name, { description, unit });
}
