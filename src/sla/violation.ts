import type { Counts } from '../stats/tiered-counts.ts';
import type { Objective } from './objective.ts';

/** An episode in which an objective was not kept: from the turn to `breached` until it was met again. */
export interface SlaViolation {
  readonly objective: string;
  readonly metric: Objective['metric'];
  readonly service: string;
  readonly operation?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; `null` while it lasts. */
  readonly endedAt: string | null;
  /** The least share of good events that was promised. */
  readonly target: number;
  /** The share of good events in the window when it began. */
  readonly attained: number;
  readonly good: number;
  readonly bad: number;
  /** Recent bad requests when it began, sampled ones first. */
  readonly traceIds: readonly string[];
}

/** The episode that begins with these events in the window. */
export function violationOf(
  { name, service, operation, objective, traces }: Broken,
  { good, bad }: Counts,
  startedMillis: number,
): SlaViolation {
  return Object.freeze({
    objective: name,
    metric: objective.metric,
    service,
    ...(operation !== undefined && { operation }),
    startedAt: new Date(startedMillis).toISOString(),
    endedAt: null,
    target: objective.target,
    attained: good / (good + bad),
    good,
    bad,
    traceIds: traces.list(),
  });
}

/** What is told of an objective that is broken. */
interface Broken {
  readonly name: string;
  readonly service: string;
  readonly operation: string | undefined;
  readonly objective: Pick<SlaViolation, 'metric' | 'target'>;
  readonly traces: RecentTraces;
}

/** Recent trace ids of bad requests, in constant memory. Sampled ones come first, for only they can be looked up. */
export class RecentTraces {
  readonly #sampled: string[] = [];
  readonly #unsampled: string[] = [];

  add(traceId: string, sampled: boolean): void {
    const list = sampled ? this.#sampled : this.#unsampled;
    if (traceId === '' || list[0] === traceId) return;
    list.unshift(traceId);
    if (list.length > MOST_TRACES) list.length = MOST_TRACES;
  }

  list(): string[] {
    return [...this.#sampled, ...this.#unsampled].slice(0, MOST_TRACES);
  }
}

const MOST_TRACES = 5;
