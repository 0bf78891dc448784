import { ConfigurationError } from '../errors.ts';
import { text } from './attributes.ts';
import { Ledger } from './ledger.ts';
import type { Objective } from './objective.ts';
import { objectiveProblems, objectiveWarnings } from './objective-problems.ts';
import { resolveOptions, type SlaOptions } from './options.ts';
import { DURATION, END, type OperationRecord, Reading } from './reading.ts';
import { report, type SlaReport } from './report.ts';
import { SERVER, SPAN_KINDS } from './span-kind.ts';
import { type RestoreResult, restoreState, saveState } from './state.ts';
import type { OnTurn } from './tracked-objective.ts';
import type { SlaViolation } from './violation.ts';

/** What the tracker holds and what became of everything it was given. Frozen. */
export interface SlaSnapshot {
  /** Series with a name of their own, and how many there may be. */
  readonly series: number;
  readonly maxSeries: number;
  /** Copies of objectives that are being kept. */
  readonly objectives: number;
  /** Requests counted under their own name. */
  readonly counted: number;
  /** Requests that lost their name: counted as `_OTHER` because the series were used up. */
  readonly dropped: number;
  /** Requests not counted: ended before the longest window began. */
  readonly late: number;
  /** Requests not counted: no usable duration or end time, or no usable service. */
  readonly invalid: number;
  /** Requests not counted: by `ignore`, `classify`, or because their caller cancelled them. */
  readonly ignored: number;
  /** Spans, hooks and listeners that threw. */
  readonly failed: number;
  /** Bytes held by windows and histograms. */
  readonly memoryBytes: number;
  /** What is legal in the configuration but will not do what it seems to. */
  readonly warnings: readonly string[];
}

/** The books behind a tracker, for the modules of this package that feed and read it. */
export let ledgerOf: (tracker: SlaTracker) => Ledger;
/**
 * Declares these objectives and no others, while running. Those that count the same requests by the same rule keep what they
 * counted. @throws ConfigurationError when they cannot be used; nothing changes then.
 */
export let replaceTargets: (tracker: SlaTracker, objectives: readonly Objective[]) => void;
/** Listens to both ends of every episode. */
export let onTurnOf: (tracker: SlaTracker, listener: OnTurn) => void;

/**
 * Keeps service level objectives from a stream of finished operations. Knows nothing of OpenTelemetry: feed it yourself
 * with {@link SlaTracker.record}, or let `SlaSpanProcessor` do so.
 */
export class SlaTracker {
  readonly #ledger: Ledger;
  readonly #reading = new Reading();
  readonly #listeners = new Set<(violation: SlaViolation) => void>();
  readonly #turnListeners = new Set<OnTurn>();

  static {
    ledgerOf = (tracker) => tracker.#ledger;
    replaceTargets = (tracker, objectives) => tracker.#replaceTargets(objectives);
    onTurnOf = (tracker, listener) => void tracker.#turnListeners.add(listener);
  }

  /** @throws ConfigurationError listing everything that is wrong with the options. */
  constructor(options: SlaOptions = {}) {
    this.#ledger = new Ledger(resolveOptions(options), (...turn) => this.#turn(...turn));
  }

  /**
   * Adds an objective while running, or replaces the one of the same name. All others keep what they counted; so does the
   * replaced one where the same requests are good as before (only its target share, percentile or window changed).
   * @throws ConfigurationError when the objective cannot be used; nothing changes then.
   */
  setTarget(objective: Objective): void {
    const problems = objectiveProblems([objective], 'setTarget', this.#ledger.options.maxDurationMillis);
    if (problems.length > 0) throw new ConfigurationError(problems);
    this.#ledger.set(objective);
  }

  /** Counts a finished operation. Never throws: what cannot be used is counted as invalid. */
  record(operation: OperationRecord): void {
    try {
      const reading = this.#reading;
      const { service, kind, durationMillis, endTimeMillis, traceId } = operation;
      if (typeof service !== 'string' || service === '' || typeof operation.success !== 'boolean')
        return void this.#ledger.tallies.invalid++;
      reading.service = service;
      reading.operation = text(operation.operation) ?? 'unknown';
      reading.kind = kind === undefined ? SERVER : SPAN_KINDS.indexOf(kind);
      if (reading.kind < 0) return void this.#ledger.tallies.invalid++;
      reading.success = operation.success;
      reading.traceId = typeof traceId === 'string' ? traceId : '';
      reading.sampled = operation.sampled ?? true;
      reading.times[DURATION] = numberOrNone(durationMillis);
      reading.times[END] = numberOrNone(endTimeMillis ?? this.#ledger.now());
      if (this.#ledger.ignores(reading.service, reading.operation)) this.#ledger.tallies.ignored++;
      else this.#ledger.count(reading);
    } catch {
      this.#ledger.tallies.failed++;
    }
  }

  /** How every service stands now, or the one named. */
  report(service?: string): SlaReport {
    return report(this.#ledger, service);
  }

  snapshot(): SlaSnapshot {
    const { table, objectives, options, tallies, thrown } = this.#ledger;
    const { services, size } = table;
    const entries = [...services.values()];
    const sum = (values: Iterable<{ readonly bytes: number }>): number =>
      [...values].reduce((bytes, each) => bytes + each.bytes, 0);
    const { counted, overflow, late, invalid, ignored, failed } = tallies;
    return Object.freeze({
      series: size,
      maxSeries: options.maxSeries,
      objectives: entries.reduce((count, entry) => count + entry.objectives.size, 0),
      counted,
      dropped: overflow,
      late,
      invalid,
      ignored,
      failed: failed + thrown,
      memoryBytes: entries.reduce((bytes, entry) => bytes + sum(entry.series()) + sum(entry.objectives.values()), 0),
      warnings: Object.freeze(objectives.objectives.flatMap(objectiveWarnings)),
    });
  }

  /** Tells when an objective is broken: once an episode. What a listener throws is counted and goes no further. */
  onViolation(listener: (violation: SlaViolation) => void): Disposable {
    if (typeof listener !== 'function') throw new TypeError(`onViolation: expected a function, got ${typeof listener}`);
    const own = (violation: SlaViolation): void => listener(violation);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** Everything that the windows hold, as JSON for {@link SlaTracker.restoreState}. */
  saveState(): string {
    return saveState(this.#ledger);
  }

  /** Continues the windows of a saved state. Never throws: a state that cannot be used changes nothing, and the result says why. */
  restoreState(json: string): RestoreResult {
    return restoreState(this.#ledger, json);
  }

  #replaceTargets(objectives: readonly Objective[]): void {
    const problems = objectiveProblems(objectives, 'objectives', this.#ledger.options.maxDurationMillis);
    if (problems.length > 0) throw new ConfigurationError(problems);
    this.#ledger.replaceAll(objectives);
  }

  #turn(...[turn, objective, violation]: Parameters<OnTurn>): void {
    for (const listener of this.#turnListeners) this.#tell(() => listener(turn, objective, violation));
    if (turn !== 'breach') return;
    const listeners = [...this.#listeners];
    for (const listener of listeners) this.#tell(() => listener(violation));
  }

  /** A listener may throw, now or later. */
  #tell(call: () => unknown): void {
    const failed = (): void => void this.#ledger.thrown++;
    try {
      Promise.resolve(call()).catch(failed);
    } catch {
      failed();
    }
  }
}

/** What only looks like a number is none. */
function numberOrNone(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}
