import type { Attributes } from '@opentelemetry/api';
import type { Ledger } from '../sla/ledger.ts';
import type { RequestSeries } from '../sla/request-series.ts';
import { slotOf } from '../sla/slots.ts';
import type { TrackedObjective } from '../sla/tracked-objective.ts';
import type { Emit } from './instruments.ts';
import { ATTRIBUTE as KEY } from './names.ts';
import { ObjectiveAttributes, SeriesAttributes } from './sla-attributes.ts';
import { SLA_METRIC as METRIC } from './sla-metrics.ts';

const QUANTILES = [0.5, 0.95, 0.99];
const STATUS_VALUE = { met: 0, at_risk: 1, breached: 2 } as const;
const NONE: Attributes = Object.freeze({});

/** Reads every SLA metric but the duration histogram off a ledger, the same for instruments and for the producer. */
export class SlaObservation {
  readonly #ledger: Ledger;
  readonly #series = new WeakMap<RequestSeries, SeriesAttributes>();
  readonly #objectives = new WeakMap<TrackedObjective, ObjectiveAttributes>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Emits everything as of now, and gives the moment. What has no data is left out, never shown as a good value. */
  observe(emit: Emit): number {
    const ledger = this.#ledger;
    const now = ledger.settle();
    for (const entry of ledger.table.services.values()) {
      for (const series of entry.series()) this.#observeSeries(series, now, emit);
      for (const tracked of entry.objectives.values()) this.#observeObjective(tracked, now, emit);
    }
    for (const [result, value] of Object.entries(ledger.tallies))
      emit(METRIC.spans, value, { [KEY.result]: result }, ledger.sinceMillis);
    emit(METRIC.series, ledger.table.size, NONE, ledger.sinceMillis);
    return now;
  }

  /** The attributes of a series' requests. */
  requestAttributes(series: RequestSeries): Attributes {
    return this.#attributesOf(series).request;
  }

  #observeSeries(series: RequestSeries, now: number, emit: Emit): void {
    const attributes = this.#attributesOf(series);
    emit(METRIC.requests, series.successes, attributes.success, series.sinceMillis);
    emit(METRIC.requests, series.failures, attributes.failure, series.sinceMillis);
    const times = series.recent.read(slotOf(now));
    if (times)
      for (const ratio of QUANTILES)
        emit(METRIC.responseTime, times.quantile(ratio) / 1000, attributes.quantile(ratio), series.sinceMillis);
  }

  #observeObjective(tracked: TrackedObjective, now: number, emit: Emit): void {
    const { objective, sinceMillis } = tracked;
    const { attained, remainingRatio, coverageRatio, status, burnRate } = tracked.evaluate(now);
    const attributes = this.#attributesOfObjective(tracked);
    emit(METRIC.events, tracked.good, attributes.good, sinceMillis);
    emit(METRIC.events, tracked.bad, attributes.bad, sinceMillis);
    emit(METRIC.violations, tracked.violationCount, attributes.violations, sinceMillis);
    emit(METRIC.target, objective.target, attributes.whole, sinceMillis);
    emit(METRIC.coverage, coverageRatio, attributes.whole, sinceMillis);
    if (attained !== null) emit(METRIC.compliance, attained, attributes.whole, sinceMillis);
    if (remainingRatio !== null) emit(METRIC.remaining, remainingRatio, attributes.whole, sinceMillis);
    if (status !== 'no_data') emit(METRIC.status, STATUS_VALUE[status], attributes.status, sinceMillis);
    for (const { millis, label } of this.#ledger.options.burnWindows) {
      const rate = burnRate(millis);
      if (rate !== null) emit(METRIC.burnRate, rate, attributes.window(label), sinceMillis);
    }
  }

  #attributesOf(series: RequestSeries): SeriesAttributes {
    let attributes = this.#series.get(series);
    if (!attributes) this.#series.set(series, (attributes = new SeriesAttributes(series)));
    return attributes;
  }

  #attributesOfObjective(tracked: TrackedObjective): ObjectiveAttributes {
    let attributes = this.#objectives.get(tracked);
    if (!attributes) this.#objectives.set(tracked, (attributes = new ObjectiveAttributes(tracked)));
    return attributes;
  }
}
