import * as api from '@opentelemetry/api';
import { DURATION, type Reading } from '../sla/reading.ts';
import type { RequestSeries } from '../sla/request-series.ts';
import type { EndingSpan } from '../sla/span.ts';
import type { TrackedObjective } from '../sla/tracked-objective.ts';
import type { SlaViolation } from '../sla/violation.ts';
import { ATTRIBUTE as KEY, EVENT } from './names.ts';

const MOST_UNTOLD = 1_000;

/** Writes on a span that is about to end what it did to the objectives. */
export class SlaSpanEvents {
  /** Objectives that were met again of which no span has told yet. */
  readonly #recovered = new Set<TrackedObjective>();
  /** Whether a span has something to tell besides what it did itself. */
  pending = false;

  /** Takes note of a turn, to be told on the next span that counts for the objective. */
  note(turn: 'breach' | 'recovered', tracked: TrackedObjective): void {
    if (turn === 'breach') this.#recovered.delete(tracked);
    else if (this.#recovered.size < MOST_UNTOLD) this.#recovered.add(tracked);
    this.pending = this.#recovered.size > 0;
  }

  /** Adds `sla.violation` for every objective the request broke, and `sla.breach` or `sla.recovered` where a window turned. */
  write(span: EndingSpan, reading: Reading, series: RequestSeries): void {
    const { success, times } = reading;
    const duration = times[DURATION]!;
    if (this.pending) for (const tracked of series.objectives) this.#tellRecovery(span, tracked);
    if (success && duration <= series.leastThresholdMillis) return;
    for (const tracked of series.objectives) {
      if (success && duration <= tracked.thresholdMillis) continue;
      span.addEvent(EVENT.violation, violationAttributes(tracked, success, duration));
      if (tracked.wouldBreach()) span.addEvent(EVENT.breach, windowAttributes(tracked));
    }
    if (series.objectives.length > 0) span.setAttribute(KEY.violated, true);
  }

  #tellRecovery(span: EndingSpan, tracked: TrackedObjective): void {
    if (!this.#recovered.delete(tracked)) return;
    this.pending = this.#recovered.size > 0;
    span.addEvent(EVENT.recovered, windowAttributes(tracked));
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

  tell(turn: 'breach' | 'recovered', tracked: TrackedObjective, violation: SlaViolation): void {
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
