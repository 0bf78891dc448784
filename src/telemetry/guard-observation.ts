import type { Bulkhead } from '../bulkhead/bulkhead.ts';
import { readBulkhead } from '../bulkhead/bulkhead.ts';
import { BULKHEAD_STATES } from '../bulkhead/compartment.ts';
import { REJECTION_REASONS } from '../bulkhead/errors.ts';
import { CALL_OUTCOMES } from '../bulkhead/outcome.ts';
import type { BulkheadReading } from '../bulkhead/reading.ts';
import type { DurationCounts } from '../stats/duration-histogram.ts';
import type { Clock } from '../time/clock.ts';
import { type AdaptiveTimeout, readTimeout } from '../timeout/adaptive-timeout.ts';
import type { OperationReading } from '../timeout/reading.ts';
import { inSeconds } from './batch-producer.ts';
import { BULKHEAD_METRIC as METRIC } from './bulkhead-metrics.ts';
import { BulkheadAttributes, GUARDED_OUTCOMES, type GuardedOutcome, OperationAttributes } from './guard-attributes.ts';
import { type GuardSeries, GuardSeriesTable } from './guard-series.ts';
import type { Emit } from './instruments.ts';
import type { MetricBatch } from './metric-producer.ts';
import { TIMEOUT_METRIC } from './timeout-metrics.ts';

/** What is observed. */
export interface Guards {
  bulkheads(): Iterable<Bulkhead>;
  timeouts(): Iterable<AdaptiveTimeout>;
}

type BulkheadSeries = GuardSeries<BulkheadReading, BulkheadAttributes>;
type OperationSeries = GuardSeries<OperationReading, OperationAttributes>;

/** Reads every metric of guards off the guards themselves: who reads pays, and calls do not. */
export class GuardObservation {
  readonly #guards: Guards;
  readonly #clock: Clock;
  readonly #bulkheads: GuardSeriesTable<BulkheadReading, BulkheadAttributes>;
  readonly #operations: GuardSeriesTable<OperationReading, OperationAttributes>;

  /** @param clock - milliseconds since the epoch. */
  constructor(guards: Guards, clock: Clock, sinceMillis: number) {
    this.#guards = guards;
    this.#clock = clock;
    this.#bulkheads = new GuardSeriesTable((name) => new BulkheadAttributes(name), sinceMillis);
    this.#operations = new GuardSeriesTable((name) => new OperationAttributes(name), sinceMillis);
  }

  /** Emits everything but the histograms. */
  observe(emit: Emit): void {
    for (const series of this.#readBulkheads()) observeBulkheads(series, emit);
    for (const series of this.#readOperations()) observeOperations(series, emit);
  }

  /** Adds everything to what a MetricProducer gives. */
  gather(batch: MetricBatch): void {
    const emit: Emit = (...measurement) => batch.add(...measurement);
    for (const series of this.#readBulkheads()) {
      observeBulkheads(series, emit);
      const { attributes, readings, sinceMillis } = series;
      const add = (metric: 'queueDuration' | 'runDuration'): void =>
        batch.addHistogram(METRIC[metric], joined(readings.map((each) => each[metric])), attributes.name, sinceMillis);
      add('queueDuration');
      add('runDuration');
    }
    for (const series of this.#readOperations()) observeOperations(series, emit);
  }

  #readBulkheads(): BulkheadSeries[] {
    const readings = [...new Set(this.#guards.bulkheads())].map((bulkhead) => ({
      name: bulkhead.name,
      mark: bulkhead,
      reading: readBulkhead(bulkhead),
    }));
    return this.#bulkheads.read(readings, this.#clock());
  }

  #readOperations(): OperationSeries[] {
    const readings = [...new Set(this.#guards.timeouts())].flatMap((timeout) =>
      readTimeout(timeout).map((reading) => ({ name: reading.operation, mark: reading.sinceMillis, reading })),
    );
    return this.#operations.read(readings, this.#clock());
  }
}

function observeBulkheads({ attributes, readings, sinceMillis }: BulkheadSeries, emit: Emit): void {
  const sum = (value: (reading: BulkheadReading) => number): number =>
    readings.reduce((total, each) => total + value(each), 0);
  const tell = (metric: keyof typeof METRIC, value: (reading: BulkheadReading) => number): void =>
    emit(METRIC[metric], sum(value), attributes.name, sinceMillis);
  for (const outcome of CALL_OUTCOMES)
    emit(
      METRIC.calls,
      sum(({ calls }) => calls[outcome]),
      attributes.outcomes[outcome],
      sinceMillis,
    );
  for (const reason of REJECTION_REASONS)
    emit(
      METRIC.calls,
      sum(({ calls }) => calls.rejected[reason]),
      attributes.rejections[reason],
      sinceMillis,
    );
  tell('inFlight', ({ inFlight }) => inFlight);
  tell('queued', ({ queued }) => queued);
  tell('overrun', ({ overrun }) => overrun);
  tell('limit', ({ capacity }) => capacity);
  tell('queueLimit', ({ maxQueue }) => maxQueue);
  for (const state of BULKHEAD_STATES)
    emit(METRIC.state, Number(readings.some((each) => each.state === state)), attributes.states[state], sinceMillis);
  observeTransitions(attributes, readings, (value, of) => emit(METRIC.transitions, value, of, sinceMillis));
}

function observeTransitions(
  attributes: BulkheadAttributes,
  readings: readonly BulkheadReading[],
  tell: (value: number, of: BulkheadAttributes['name']) => void,
): void {
  const totals = new Map<BulkheadAttributes['name'], number>();
  for (const { from, to, count } of readings.flatMap(({ transitions }) => transitions)) {
    const of = attributes.transition(from, to);
    totals.set(of, (totals.get(of) ?? 0) + count);
  }
  for (const [of, total] of totals) tell(total, of);
}

function observeOperations({ attributes, readings, sinceMillis }: OperationSeries, emit: Emit): void {
  for (const outcome of GUARDED_OUTCOMES) {
    const count = readings.reduce((total, each) => total + countOf(each, outcome), 0);
    // Only who observes has calls that would have been cut.
    if (outcome !== 'would_timeout' || count > 0)
      emit(TIMEOUT_METRIC.calls, count, attributes.outcomes[outcome], sinceMillis);
  }
  const limitMillis = Math.max(...readings.map((each) => each.limitMillis));
  emit(TIMEOUT_METRIC.limit, limitMillis / 1000, attributes.name, sinceMillis);
  emit(
    TIMEOUT_METRIC.late,
    readings.reduce((total, { late }) => total + late, 0),
    attributes.name,
    sinceMillis,
  );
}

function countOf({ calls, refused }: OperationReading, outcome: GuardedOutcome): number {
  return outcome === 'rejected' ? refused : calls[outcome];
}

function joined(histograms: readonly DurationCounts[]): ReturnType<typeof inSeconds> {
  const [first] = histograms;
  const counts = (first?.counts ?? []).map((_, index) =>
    histograms.reduce((total, each) => total + each.counts[index]!, 0),
  );
  return inSeconds(
    first?.boundsMillis ?? [],
    counts,
    histograms.reduce((total, each) => total + each.sumMillis, 0),
  );
}
