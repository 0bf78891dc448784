import * as api from '@opentelemetry/api';
import { DURATION, type Reading } from '../sla/reading.ts';
import type { RequestSeries } from '../sla/request-series.ts';
import type { EndingSpan } from '../sla/span.ts';
import type { TrackedObjective } from '../sla/tracked-objective.ts';
import type { SlaViolation } from '../sla/violation.ts';
import { ATTRIBUTE as KEY, EVENT } from './names.ts';

type Turn = 'breach' | 'recovered';

const MOST_UNTOLD = 1_000;
/** After so many spans that had nothing to do with them, turns are no longer told: their service may have no more spans. */
const MOST_PASSED = 10_000;

/** Writes on a span that is about to end what it did to the objectives. */
export class SlaSpanEvents {
  /** Turns of which no span has told yet: recoveries, and breaches that came by time and not by a request. */
  readonly #untold = new Map<TrackedObjective, Turn>();
  /** Objectives whose breach stands on the span that is ending. */
  readonly #announced = new Set<TrackedObjective>();
  /** Whether a span has something to tell besides what it did itself. */
  pending = false;
  /** Spans that passed since the latest turn. */
  #passed = 0;

  /** Takes note of a turn, to be told on the next span that counts for the objective. */
  note(turn: Turn, tracked: TrackedObjective): void {
    if (turn === 'breach' && this.#announced.delete(tracked)) this.#untold.delete(tracked);
    else if (this.#untold.size < MOST_UNTOLD || this.#untold.has(tracked)) this.#untold.set(tracked, turn);
    this.pending = this.#untold.size > 0;
    this.#passed = 0;
  }

  /**
   * Adds `sla.violation` for every objective the request broke, and `sla.breach` or `sla.recovered` where a window
   * turned. The request counts in `slot`.
   */
  write(span: EndingSpan, reading: Reading, slot: number, series: RequestSeries): void {
    this.#announced.clear();
    for (const tracked of series.objectives) tracked.reach(slot);
    if (this.pending) this.#tellTurns(span, series);
    const { success, times } = reading;
    const duration = times[DURATION]!;
    if (series.objectives.length === 0 || (success && duration <= series.leastThresholdMillis)) return;
    span.setAttribute(KEY.violated, true);
    for (const tracked of series.objectives) {
      if (success && duration <= tracked.thresholdMillis) continue;
      span.addEvent(EVENT.violation, violationAttributes(tracked, success, duration));
      if (tracked.wouldBreach(slot)) this.#tellBreach(span, tracked);
    }
  }

  #tellBreach(span: EndingSpan, tracked: TrackedObjective): void {
    this.#announced.add(tracked);
    span.addEvent(EVENT.breach, windowAttributes(tracked));
  }

  #tellTurns(span: EndingSpan, { objectives, sliced }: RequestSeries): void {
    for (const tracked of [...objectives, ...sliced]) this.#tellTurn(span, tracked);
    if (++this.#passed < MOST_PASSED) return;
    this.#untold.clear();
    this.pending = false;
  }

  #tellTurn(span: EndingSpan, tracked: TrackedObjective): void {
    const turn = this.#untold.get(tracked);
    if (turn === undefined) return;
    this.#untold.delete(tracked);
    this.pending = this.#untold.size > 0;
    span.addEvent(EVENT[turn], windowAttributes(tracked));
  }
}

/** The logs part of API 1.10 and later. */
interface LogsApi {
  getLogger(name: string): {
    emit(record: {
      eventName: string;
      severityNumber: number;
      severityText: string;
      body: string;
      attributes: api.Attributes;
    }): void;
  };
}

const WARN = 13;
const INFO = 9;

/** Tells as log records when a window turns. Says once when the API in use has no logs. */
export class SlaLogEvents {
  #warned = false;

  tell(turn: Turn, tracked: TrackedObjective, violation: SlaViolation): void {
    const { logs } = api as { logs?: LogsApi };
    if (logs === undefined) return this.#warn();
    const breach = turn === 'breach';
    const where = tracked.operation === undefined ? tracked.service : `${tracked.service} ${tracked.operation}`;
    logs.getLogger('opentelemetry-resilience').emit({
      eventName: breach ? EVENT.breach : EVENT.recovered,
      severityNumber: breach ? WARN : INFO,
      severityText: breach ? 'WARN' : 'INFO',
      body: breach
        ? `${where}: objective '${tracked.name}' is broken: ${violation.attained} attained, ${violation.target} promised`
        : `${where}: objective '${tracked.name}' is met again, broken since ${violation.startedAt}`,
      attributes: windowAttributes(tracked),
    });
  }

  #warn(): void {
    if (this.#warned) return;
    this.#warned = true;
    api.diag.warn(
      "opentelemetry-resilience: events as log records need @opentelemetry/api 1.10 or later; none are written. Use events: 'span', or upgrade",
    );
  }
}

function violationAttributes(tracked: TrackedObjective, success: boolean, durationMillis: number): api.Attributes {
  const { metric, thresholdMillis, target } = tracked.objective;
  const byTime = metric === 'response_time';
  return {
    [KEY.service]: tracked.service,
    [KEY.objective]: tracked.name,
    [KEY.metric]: metric,
    [KEY.threshold]: byTime ? thresholdMillis / 1000 : target,
    [KEY.observed]: byTime ? durationMillis / 1000 : Number(success),
  };
}

function windowAttributes({ service, name, objective }: TrackedObjective): api.Attributes {
  return {
    [KEY.service]: service,
    [KEY.objective]: name,
    [KEY.metric]: objective.metric,
    [KEY.window]: objective.window,
  };
}
