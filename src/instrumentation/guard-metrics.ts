import { diag, type MeterProvider } from '@opentelemetry/api';
import { Bulkhead } from '../bulkhead/bulkhead.ts';
import { bulkheadsOf, BulkheadRegistry } from '../bulkhead/registry.ts';
import { BatchProducer } from '../telemetry/batch-producer.ts';
import { BULKHEAD_METRIC } from '../telemetry/bulkhead-metrics.ts';
import { GuardObservation } from '../telemetry/guard-observation.ts';
import { Instruments } from '../telemetry/instruments.ts';
import type { MetricProducer } from '../telemetry/metric-producer.ts';
import { TIMEOUT_METRIC } from '../telemetry/timeout-metrics.ts';
import { monotonicClock, wallClock } from '../time/clock.ts';
import { AdaptiveTimeout } from '../timeout/adaptive-timeout.ts';

/** Options of `GuardMetrics`. */
export interface GuardMetricsOptions {
  /** Bulkheads, and registries with all that come and go in them. Default: none. */
  bulkheads?: readonly (Bulkhead | BulkheadRegistry)[];
  /** Timeouts with all their operations. Default: none. */
  timeouts?: readonly AdaptiveTimeout[];
  /** Where the metrics go. Default: the global one, looked for as soon as the code that makes this has run. */
  meterProvider?: MeterProvider;
}

/** What has metrics. */
export type MeasuredGuard = Bulkhead | BulkheadRegistry | AdaptiveTimeout;

const OBSERVED = [...Object.values(BULKHEAD_METRIC), ...Object.values(TIMEOUT_METRIC)].filter(
  ({ type }) => type !== 'histogram',
);
const FIRST_PAUSE_MILLIS = 1_000;
const LONGEST_PAUSE_MILLIS = 30_000;

/** Looks for a MeterProvider at once, where one is still wanted: somebody has found one. */
export let lookForMeters: (metrics: GuardMetrics) => void;

/**
 * The metrics of guards: read off them whenever a reader collects, at no cost to the calls. They leave through
 * {@link GuardMetrics.metricProducer} where that is used, and otherwise through the MeterProvider that is given or registered
 * globally, the histograms then left out. It never throws into the application.
 */
export class GuardMetrics implements AsyncDisposable {
  readonly #guards = new Set<MeasuredGuard>();
  readonly #instruments: Instruments;
  readonly #observation: GuardObservation;
  readonly #producer: MetricProducer;
  readonly #hasOwnProvider: boolean;
  /** Whether a MeterProvider is wanted that is not there yet. */
  #isLooking: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #producerIsUsed = false;
  #attached = false;
  #told = false;
  #shutdown: Promise<void> | undefined;

  static {
    lookForMeters = (metrics) => metrics.#lookNow();
  }

  constructor({ bulkheads = [], timeouts = [], meterProvider }: GuardMetricsOptions = {}) {
    for (const guard of [...bulkheads, ...timeouts]) this.add(guard);
    this.#instruments = new Instruments(meterProvider);
    this.#hasOwnProvider = Boolean(meterProvider);
    this.#isLooking = !this.#hasOwnProvider;
    const processStart = wallClock() - monotonicClock();
    this.#observation = new GuardObservation(
      { bulkheads: () => this.#bulkheads(), timeouts: () => this.#timeouts() },
      wallClock,
      processStart,
    );
    this.#producer = new BatchProducer(wallClock, (batch) => this.#observation.gather(batch));
    if (this.#hasOwnProvider) this.#attach();
    else queueMicrotask(() => this.#look(FIRST_PAUSE_MILLIS));
  }

  /**
   * Every metric of the guards, for `metricProducers: [...]` of any MetricReader. Asking for it decides where the metrics
   * leave: unless a `meterProvider` was given, nothing leaves through the global one, so that nothing is reported twice.
   */
  get metricProducer(): MetricProducer {
    if (!this.#hasOwnProvider && !this.#producerIsUsed) this.#useProducer();
    return this.#producer;
  }

  /**
   * Adds a guard, until what it gives is disposed.
   * @throws TypeError where it is none.
   */
  add(guard: MeasuredGuard): Disposable {
    if (!(guard instanceof Bulkhead || guard instanceof BulkheadRegistry || guard instanceof AdaptiveTimeout))
      throw new TypeError(`add: expected a Bulkhead, a BulkheadRegistry or an AdaptiveTimeout, got ${typeof guard}`);
    this.#guards.add(guard);
    return { [Symbol.dispose]: () => void this.#guards.delete(guard) };
  }

  /** Exports the last metrics and observes no more, so before the SDK is shut down; the guards go on. Idempotent; never rejects. */
  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#stop());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #useProducer(): void {
    this.#producerIsUsed = true;
    this.#stopLooking();
    if (!this.#instruments.silence())
      this.#tell(
        'metrics of guards leave twice',
        'metricProducer was asked for when the global MeterProvider had them already',
      );
  }

  #bulkheads(): Bulkhead[] {
    return [...this.#guards].flatMap((guard) =>
      guard instanceof BulkheadRegistry ? bulkheadsOf(guard) : guard instanceof Bulkhead ? [guard] : [],
    );
  }

  #timeouts(): AdaptiveTimeout[] {
    return [...this.#guards].filter((guard) => guard instanceof AdaptiveTimeout);
  }

  async #stop(): Promise<void> {
    if (this.#isLooking) this.#attach();
    this.#stopLooking();
    try {
      if (this.#attached) await this.#instruments.flush();
    } catch (error) {
      this.#tell('the last metrics of guards could not be exported', error);
    }
    this.#guards.clear();
    this.#instruments.stop();
  }

  #attach(): void {
    try {
      const meter = this.#instruments.meter();
      if (meter === undefined) return;
      this.#attached = true;
      this.#instruments.observe(meter, OBSERVED, (emit) => this.#observation.observe(emit));
    } catch (error) {
      this.#attached = true;
      this.#tell('no metrics of guards leave, for their instruments could not be made', error);
    }
  }

  /** The SDK may be started after the guards were made: looked for at growing intervals that keep no process alive. */
  #look(pauseMillis: number): void {
    if (!this.#isLooking) return;
    this.#attach();
    if (this.#attached) return this.#stopLooking();
    const next = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    this.#timer = setTimeout(() => this.#look(next), pauseMillis);
    (this.#timer as { unref?(): void }).unref?.();
  }

  #lookNow(): void {
    if (!this.#isLooking) return;
    this.#attach();
    if (this.#attached) this.#stopLooking();
  }

  #stopLooking(): void {
    this.#isLooking = false;
    clearTimeout(this.#timer);
  }

  #tell(trouble: string, error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    try {
      diag.warn(`opentelemetry-resilience: ${trouble}; this is said once. ${String(error)}`);
    } catch {
      // A logger that throws must not reach the application either.
    }
  }
}
