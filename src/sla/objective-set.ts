import { Coverage } from './coverage.ts';
import type { Objective } from './objective.ts';
import { objectiveKey } from './objective-problems.ts';
import { type ResolvedObjective, resolveObjective } from './resolved-objective.ts';
import type { RequestSeries } from './request-series.ts';
import type { ServiceEntry } from './service-entry.ts';
import { INTERNAL, isOutgoing } from './span-kind.ts';
import { type OnTurn, TrackedObjective } from './tracked-objective.ts';

interface Declared {
  readonly key: string;
  /** As it was written; what is declared again in the same words goes on as it is. */
  readonly source: string;
  readonly objective: ResolvedObjective;
  /** Since when it is observed; shared by its copies. */
  readonly coverage: Coverage;
}

/** What tells the copies of an entry apart, and whether one can go on where another left off. */
export interface EarlierCopy {
  readonly name: string;
  readonly operation?: string | undefined;
  readonly countingRule: string;
}

/** The declared objectives, and the copies that services and operations get of them. */
export class ObjectiveSet {
  readonly #minEvents: number;
  readonly #burnWindowsMillis: readonly number[];
  readonly #onTurn: OnTurn;
  /** In order of precedence: an exact service before a pattern, then as declared. */
  #declared: readonly Declared[] = [];
  /** Whether an objective asks for internal spans, which otherwise are no requests. */
  namesInternal = false;

  constructor(options: { minEvents: number; burnWindowsMillis: readonly number[]; onTurn: OnTurn }) {
    this.#minEvents = options.minEvents;
    this.#burnWindowsMillis = options.burnWindowsMillis;
    this.#onTurn = options.onTurn;
  }

  get objectives(): readonly ResolvedObjective[] {
    return this.#declared.map(({ objective }) => objective);
  }

  /** The response-time targets, in milliseconds. */
  get thresholdsMillis(): number[] {
    return this.objectives.map((objective) => objective.thresholdMillis).filter(Number.isFinite);
  }

  /** Adds an objective, or replaces the one of the same name. Gives what it resolved to. */
  set(objective: Objective, nowMillis: number): ResolvedObjective {
    const [declared, old] = this.#declare(objective, nowMillis);
    this.#keep(old ? this.#declared.map((each) => (each === old ? declared : each)) : [...this.#declared, declared]);
    return declared.objective;
  }

  /** From now on these are declared and no others; one that was declared before is replaced, as `set` does it. */
  replaceAll(objectives: readonly Objective[], nowMillis: number): readonly ResolvedObjective[] {
    this.#keep(objectives.map((objective) => this.#declare(objective, nowMillis)[0]));
    return this.objectives;
  }

  /** Whether an objective that asks for internal spans is about this operation of the service. */
  wantsInternal(service: string, operation: string): boolean {
    return this.#declared.some(
      ({ objective }) =>
        objective.kinds[INTERNAL] && objective.matchesService(service) && objective.matchesOperation(operation),
    );
  }

  /** Whether an objective names this operation of the service exactly, so that it must have a series of its own. */
  names(service: string, operation: string): boolean {
    return this.objectives.some(
      (each) => each.operation === operation && !each.operationIsPattern && each.matchesService(service),
    );
  }

  /**
   * Gives a series the objectives it counts for, making the copies that are missing. An objective that is called like the
   * copy of a pattern stands in its place.
   */
  of(entry: ServiceEntry, series: RequestSeries, nowMillis: number): TrackedObjective[] {
    const applicable = this.#applicable(entry);
    const names = new Set(applicable.map(({ objective }) => objective.name));
    return applicable
      .filter(
        ({ objective }) =>
          objective.kinds[series.kind] && (objective.kindsNamed || !entry.own || !isOutgoing(series.kind)),
      )
      .filter(({ objective }) => objective.matchesOperation(series.operation))
      .filter(({ objective }) => !objective.operationIsPattern || !names.has(copyName(objective, series.operation)))
      .map((declared) =>
        this.#copy(
          entry,
          declared,
          declared.objective.operationIsPattern ? series.operation : declared.objective.operation,
          nowMillis,
        ),
      );
  }

  /** Makes the copies that a service has before its first request: those of objectives that name it and no pattern. */
  prepare(entry: ServiceEntry, nowMillis: number): void {
    for (const declared of this.#applicable(entry)) {
      const { serviceIsPattern, operationIsPattern, operation } = declared.objective;
      if (!serviceIsPattern && !operationIsPattern) this.#copy(entry, declared, operation, nowMillis);
    }
  }

  #declare(objective: Objective, nowMillis: number): [declared: Declared, old: Declared | undefined] {
    const [key, source] = [objectiveKey(objective), JSON.stringify(objective)];
    const same = this.#declared.find((each) => each.source === source);
    if (same) return [same, same];
    const resolved = resolveObjective(objective, { minEvents: this.#minEvents });
    const shownAlike = ({ name, service }: ResolvedObjective): boolean =>
      name === resolved.name && service === resolved.service;
    const old =
      this.#declared.find((each) => each.key === key) ?? this.#declared.find((each) => shownAlike(each.objective));
    const sameCounts = old?.objective.countingRule === resolved.countingRule;
    const coverage = old && sameCounts ? old.coverage : new Coverage(nowMillis);
    return [{ key, source, objective: resolved, coverage }, old];
  }

  #keep(declared: readonly Declared[]): void {
    this.#declared = declared.toSorted(
      (a, b) => Number(a.objective.serviceIsPattern) - Number(b.objective.serviceIsPattern),
    );
    this.namesInternal = this.objectives.some((each) => each.kinds[INTERNAL]);
  }

  /** The objectives for a service. Where several have the same name, the first in precedence counts. */
  #applicable(entry: ServiceEntry): Declared[] {
    const names = new Set<string>();
    return this.#declared.filter(({ objective }) => {
      if (!objective.matchesService(entry.name) || names.has(objective.name)) return false;
      names.add(objective.name);
      return true;
    });
  }

  #copy(
    entry: ServiceEntry,
    { objective, coverage }: Declared,
    operation: string | undefined,
    nowMillis: number,
  ): TrackedObjective {
    const name = copyName(objective, operation);
    const old = entry.objectives.get(name);
    if (old?.objective === objective) return old;
    const tracked = new TrackedObjective(
      objective,
      { name, service: entry.name, operation },
      { burnWindowsMillis: this.#burnWindowsMillis, nowMillis, coverage, onTurn: this.#onTurn },
    );
    if (old && old.objective.countingRule === objective.countingRule) tracked.continueFrom(old, nowMillis);
    entry.objectives.set(name, tracked);
    return tracked;
  }

  /** The copy that an earlier declaration or process had, made anew where no series is left to make it. */
  continued(entry: ServiceEntry, earlier: EarlierCopy, nowMillis: number): TrackedObjective | undefined {
    const { name, operation, countingRule } = earlier;
    const declared = this.#applicable(entry)
      .toSorted((a, b) => Number(a.objective.operationIsPattern) - Number(b.objective.operationIsPattern))
      .find(({ objective }) => copyName(objective, operation) === name);
    if (declared?.objective.countingRule !== countingRule) return undefined;
    const { objective } = declared;
    if (!objective.operationIsPattern) return this.#copy(entry, declared, objective.operation, nowMillis);
    const matches = operation !== undefined && objective.matchesOperation(operation);
    return matches ? this.#copy(entry, declared, operation, nowMillis) : undefined;
  }

  /** Copies that no declared objective stands behind any more leave. */
  prune(entry: ServiceEntry, nowMillis: number): void {
    const declared = new Set(this.objectives);
    for (const [name, { operation, objective }] of entry.objectives) {
      if (declared.has(objective)) continue;
      const { countingRule } = objective;
      if (!this.continued(entry, { name, operation, countingRule }, nowMillis)) entry.objectives.delete(name);
    }
  }
}

/** What an objective is called for one operation of a service. */
function copyName({ name, operationIsPattern }: ResolvedObjective, operation: string | undefined): string {
  return operationIsPattern ? `${name} ${operation}` : name;
}
