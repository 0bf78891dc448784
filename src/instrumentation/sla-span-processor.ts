import { diag } from '@opentelemetry/api';
import type { Ledger } from '../sla/ledger.ts';
import type { SlaOptions } from '../sla/options.ts';
import { DURATION, type Reading } from '../sla/reading.ts';
import type { EndingSpan, ReadableSpan } from '../sla/span.ts';
import { SpanReader } from '../sla/span-reader.ts';
import { ledgerOf, onTurnOf, SlaTracker } from '../sla/tracker.ts';
import type { MetricProducer } from '../telemetry/metric-producer.ts';
import { SlaLogEvents, SlaSpanEvents } from '../telemetry/sla-events.ts';
import { SlaInstruments } from '../telemetry/sla-instruments.ts';
import { SlaObservation } from '../telemetry/sla-observation.ts';
import { SlaMetricProducer } from '../telemetry/sla-producer.ts';
import { spanStarted } from './clients/client-spans.ts';

/** Calls back once this has found a MeterProvider to make its instruments on. */
export let onMetersFound: (processor: SlaSpanProcessor, listener: () => void) => void;
/** Has it look for a MeterProvider now, while one is wanted. */
export let seekMeters: (processor: SlaSpanProcessor) => void;

/**
 * Keeps service level objectives from finished spans. A SpanProcessor for OpenTelemetry JS SDK 2.x and 3.x: put it into
 * `spanProcessors` beside the one that exports, and every span that ends is counted, sampled for export or not.
 *
 * Its metrics leave through {@link SlaSpanProcessor.metricProducer} where that is used, and otherwise through the
 * MeterProvider given in the options or registered globally. It never throws into the application.
 */
export class SlaSpanProcessor {
  readonly tracker: SlaTracker;
  readonly #ledger: Ledger;
  readonly #reader: SpanReader;
  readonly #producer: MetricProducer;
  readonly #instruments: SlaInstruments;
  readonly #events: SlaSpanEvents | undefined;
  readonly #recordsDurations: boolean;
  #producerIsUsed = false;
  /** Whether instruments are wanted that could not be made yet. */
  #seeksMeters = true;
  /** The second in which a MeterProvider was last looked for. */
  #lookedAt = -1;
  #shutdown: Promise<void> | undefined;
  /** Whether the shutdown is over: the last metrics may still find that a window has turned. */
  #ended = false;
  readonly #told = new Set<string>();
  #onMetersFound: () => void = () => {};

  static {
    onMetersFound = (processor, listener) => void (processor.#onMetersFound = listener);
    seekMeters = (processor) => processor.#seeksMeters && !processor.#shutdown && processor.#attach();
  }

  /**
   * @param optionsOrTracker - what is promised, or a tracker that is fed elsewhere as well.
   * @throws ConfigurationError listing everything that is wrong with the options.
   */
  constructor(optionsOrTracker: SlaOptions | SlaTracker = {}) {
    this.tracker = optionsOrTracker instanceof SlaTracker ? optionsOrTracker : new SlaTracker(optionsOrTracker);
    this.#ledger = ledgerOf(this.tracker);
    const { meterProvider, durationHistogram, events } = this.#ledger.options;
    this.#recordsDurations = durationHistogram === 'instrument';
    this.#reader = new SpanReader(this.#ledger, (error) => this.#noteThrown(error));
    const observation = new SlaObservation(this.#ledger);
    this.#producer = new SlaMetricProducer(this.#ledger, observation, durationHistogram === 'producer');
    this.#instruments = new SlaInstruments(observation, meterProvider, () =>
      this.#ledger.boundsMillis.map((bound) => bound / 1000),
    );
    this.#events = events === 'span' || events === 'both' ? this.#writeEvents() : undefined;
    if (events === 'log' || events === 'both') this.#writeLogs();
    if (meterProvider) this.#attach();
    // The SDK is usually set up in one go: counters then exist at 0 before the first span, and a service without any is seen.
    else queueMicrotask(() => seekMeters(this));
    for (const warning of this.tracker.snapshot().warnings) diag.warn(`opentelemetry-resilience: ${warning}`);
  }

  /**
   * Every SLA metric, for `metricProducers: [...]` of any MetricReader. Asking for it decides where the metrics leave:
   * unless a `meterProvider` was given, nothing leaves through the global MeterProvider, so that nothing is reported
   * twice. Ask before the first metrics are read: what was reported by then, the SDK goes on reporting.
   */
  get metricProducer(): MetricProducer {
    if (!this.#producerIsUsed) this.#useProducer();
    return this.#producer;
  }

  /** Lets the guard of a call that is being sent know its span. */
  onStart(span: unknown, _parentContext: unknown): void {
    try {
      spanStarted(span);
    } catch {
      // What cannot be read is no client span.
    }
  }

  /** Writes violations on the span while it can still be written. */
  onEnding(span: EndingSpan): void {
    if (this.#events === undefined || this.#shutdown) return;
    try {
      if (!this.#events.pending && !this.#reader.mayBreak(span)) return;
      if (!this.#reader.read(span)) return;
      const { reading } = this.#reader;
      const slot = this.#ledger.slotFor(reading);
      if (slot < 0) return;
      this.#ledger.flush();
      this.#events.write(
        span,
        reading,
        slot,
        this.#ledger.table.find(reading.service, reading.kind, reading.operation),
      );
    } catch (error) {
      this.#tell('no event could be written on a span', error);
    }
  }

  /** Counts the span in its final state. */
  onEnd(span: ReadableSpan): void {
    if (this.#shutdown) return;
    // First, or the duration of the very first span would be recorded nowhere.
    if (this.#seeksMeters) this.#lookForMeters(span);
    try {
      if (this.#reader.read(span)) this.#count(this.#reader.reading);
      else this.#ledger.tallies.ignored++;
    } catch (error) {
      this.#ledger.tallies.failed++;
      this.#tell('a span could not be read and is counted as failed', error);
    }
  }

  /** Exports the metrics counted so far. Never rejects. */
  async forceFlush(): Promise<void> {
    if (!this.#shutdown) await this.#flush();
  }

  /** Stops counting and exports the last metrics. What was counted can still be read. Idempotent; never rejects. */
  async shutdown(): Promise<void> {
    await (this.#shutdown ??= this.#flush().then(() => void (this.#ended = true)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #useProducer(): void {
    this.#producerIsUsed = true;
    this.#seeksMeters &&= this.#recordsDurations;
    if (this.#ledger.options.meterProvider !== undefined) return;
    if (!this.#instruments.silence())
      this.#tell('metrics leave twice', 'metricProducer was asked for when the global MeterProvider had them already');
    else if (this.#instruments.attached) this.#ledger.table.keepsIdle = false;
  }

  #count(reading: Reading): void {
    const duration = reading.times[DURATION]!;
    const series = this.#ledger.count(reading);
    if (series === undefined || !this.#recordsDurations) return;
    try {
      this.#instruments.recordDuration(series, duration);
    } catch (error) {
      this.#tell('a duration could not be recorded', error);
    }
  }

  /** At most once a second, until there is one. */
  #lookForMeters(span: ReadableSpan): void {
    try {
      const second = span.endTime[0];
      if (second === this.#lookedAt) return;
      this.#lookedAt = second;
      this.#attach();
    } catch {
      // A span that cannot be read has been told of.
    }
  }

  /** A MeterProvider may have come after the last span: what was counted before leaves through it. */
  async #flush(): Promise<void> {
    this.#attach();
    try {
      await this.#instruments.flush();
    } catch (error) {
      this.#tell('the last metrics could not be exported', error);
    }
  }

  #attach(): void {
    const { meterProvider } = this.#ledger.options;
    const withObservables = meterProvider !== undefined || !this.#producerIsUsed;
    const wasAttached = this.#instruments.attached;
    try {
      this.#instruments.attach({ withObservables, withDurations: this.#recordsDurations });
      this.#seeksMeters &&= !this.#instruments.attached;
      if (!wasAttached && this.#instruments.attached) this.#onMetersFound();
    } catch (error) {
      this.#tell('no metrics leave, for their instruments could not be made', error);
    }
    // The SDK goes on reporting observed attribute sets for ever, so a series that left would only cost memory twice.
    if (withObservables && this.#instruments.attached) this.#ledger.table.keepsIdle = true;
  }

  #writeEvents(): SlaSpanEvents {
    const events = new SlaSpanEvents();
    onTurnOf(this.tracker, (turn, tracked) => this.#ended || events.note(turn, tracked));
    return events;
  }

  #writeLogs(): void {
    const logs = new SlaLogEvents();
    onTurnOf(this.tracker, (...turn) => this.#ended || logs.tell(...turn));
  }

  #noteThrown(error: unknown): void {
    this.#ledger.thrown++;
    this.#tell('a hook threw, and the rules decide without it', error);
  }

  /** Tells the first trouble of its sort; the rest is counted. */
  #tell(trouble: string, error: unknown): void {
    if (this.#told.has(trouble)) return;
    this.#told.add(trouble);
    try {
      diag.warn(`opentelemetry-resilience: ${trouble}; this is said once. ${String(error)}`);
    } catch {
      // A logger that throws must not reach the application either.
    }
  }
}
