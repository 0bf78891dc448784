import type { ExplicitBounds } from '../stats/explicit-bounds.ts';
import type { Clock } from '../time/clock.ts';
import { boundedName } from './bounded-name.ts';
import type { EarlierCopy, ObjectiveSet } from './objective-set.ts';
import { OTHER, RequestSeries } from './request-series.ts';
import { ServiceEntry } from './service-entry.ts';
import { slotOf } from './slots.ts';
import { SPAN_KINDS } from './span-kind.ts';
import type { TrackedObjective } from './tracked-objective.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What a series is made with. */
export interface SeriesShape {
  /** The window over which its requests are reported. */
  readonly windowMillis: number;
  /** The bounds of its explicit duration histogram. */
  readonly bounds: ExplicitBounds;
}

/**
 * Every service with its series, found through nested maps, for a joined key would have to be built for every span. At
 * most `maxSeries` have a name of their own; what comes beyond folds into `_OTHER`, of which there is one a service and
 * kind at most.
 */
export class SeriesTable {
  readonly services: Map<string, ServiceEntry> = new Map();
  /** Series that have been idle leave, unless whoever reports them cannot forget. */
  keepsIdle = false;
  readonly #maxSeries: number;
  readonly #clock: Clock;
  readonly #objectives: ObjectiveSet;
  readonly #beforeChange: () => void;
  #shape: SeriesShape;
  #series = 0;
  /** The latest series, and by kind the latest service: both are asked for again more often than not. */
  #last: RequestSeries | undefined;
  readonly #lastService: (string | undefined)[] = SPAN_KINDS.map(() => undefined);
  readonly #lastOperations: (Map<string, RequestSeries> | undefined)[] = SPAN_KINDS.map(() => undefined);
  #sweptSlot = 0;
  /** How many services are named by objectives: they have their place beside those that appear. */
  #declaredServices = 0;

  /** @param options.beforeChange - called before a series leaves or gets other objectives: what is pending is counted then. */
  constructor(options: {
    maxSeries: number;
    clock: Clock;
    objectives: ObjectiveSet;
    shape: SeriesShape;
    beforeChange: () => void;
  }) {
    this.#maxSeries = options.maxSeries;
    this.#clock = options.clock;
    this.#objectives = options.objectives;
    this.#shape = options.shape;
    this.#beforeChange = options.beforeChange;
  }

  /** The number of series with a name of their own. */
  get size(): number {
    return this.#series;
  }

  /** Marks a service as served by this process. */
  own(service: string): void {
    const entry = this.services.get(service);
    if (entry?.own || (entry === undefined && !this.#hasRoomForService())) return;
    const own = entry ?? this.#enter(service);
    own.own = true;
    this.#bind(own, this.#clock());
  }

  /** The series of a service, kind and operation, opened if need be. */
  find(service: string, kind: number, operation: string): RequestSeries {
    const last = this.#last;
    if (last !== undefined && last.operation === operation && last.service === service && last.kind === kind)
      return last;
    const operations =
      service === this.#lastService[kind] ? this.#lastOperations[kind] : this.#operationsOf(service, kind);
    const series = operations?.get(operation) ?? this.#open(service, kind, operation);
    this.#last = series;
    return series;
  }

  /** The copy of an objective that a process before this one had; the series that fed it may have left. */
  continued(service: string, earlier: EarlierCopy, nowMillis: number): TrackedObjective | undefined {
    const known = this.services.get(service);
    if (known === undefined && !this.#hasRoomForService()) return undefined;
    const entry = known ?? new ServiceEntry(boundedName(service));
    const copy = this.#objectives.continued(entry, earlier, nowMillis);
    if (copy) this.services.set(entry.name, entry);
    return copy;
  }

  /** Gives every series the objectives that are declared now. */
  rebind(shape: SeriesShape, nowMillis: number): void {
    this.#shape = shape;
    const declared = this.#objectives.objectives.filter((each) => !each.serviceIsPattern);
    const names = new Set(declared.map(({ service }) => service));
    this.#declaredServices = names.size;
    for (const service of names) if (!this.services.has(service)) this.#enter(service);
    for (const entry of this.services.values()) {
      this.#bind(entry, nowMillis);
      this.#leaveIfEmpty(entry);
    }
  }

  /**
   * Lets go of series that were idle for a day, of objectives' copies that no series is left for and that have nothing
   * in their windows, and of what they leave empty. Where room is needed an hour is enough, and windows are given up.
   */
  sweep(nowMillis: number, needsRoom = false): void {
    if (this.keepsIdle) return;
    this.#beforeChange();
    const idleSlot = slotOf(nowMillis - (needsRoom ? HOUR : DAY));
    let spareCopies = needsRoom ? 0 : this.#maxSeries;
    for (const entry of this.services.values()) {
      const bound = new Set<unknown>();
      for (const series of entry.series()) {
        if (series.lastSlot < idleSlot) this.#remove(entry, series);
        else for (const tracked of [...series.objectives, ...series.sliced]) bound.add(tracked);
      }
      for (const [name, tracked] of entry.objectives) {
        const { serviceIsPattern, operationIsPattern } = tracked.objective;
        if (bound.has(tracked) || !(serviceIsPattern || operationIsPattern)) continue;
        if (tracked.isIdle(nowMillis) || spareCopies-- <= 0) entry.objectives.delete(name);
      }
      this.#leaveIfEmpty(entry);
    }
  }

  #bind(entry: ServiceEntry, nowMillis: number): void {
    this.#beforeChange();
    this.#objectives.prepare(entry, nowMillis);
    for (const series of entry.series())
      series.bind(this.#objectives.of(entry, series, nowMillis), this.#shape.bounds, nowMillis);
    this.#objectives.prune(entry, nowMillis);
  }

  /** Services have a bound of their own, twice that of series: one whose names all left may still count its `_OTHER`. */
  #hasRoomForService(): boolean {
    return this.services.size <= 2 * this.#maxSeries + this.#declaredServices;
  }

  #enter(service: string): ServiceEntry {
    const entry = new ServiceEntry(boundedName(service));
    this.services.set(entry.name, entry);
    return entry;
  }

  #operationsOf(service: string, kind: number): Map<string, RequestSeries> | undefined {
    const operations = this.services.get(service)?.kinds[kind];
    this.#lastService[kind] = operations && service;
    this.#lastOperations[kind] = operations;
    return operations;
  }

  #open(service: string, kind: number, operation: string): RequestSeries {
    const [serviceName, operationName] = [boundedName(service), boundedName(operation)];
    const found = this.services.get(serviceName)?.kinds[kind]?.get(operationName);
    if (found) return found;
    if (this.#series >= this.#maxSeries) this.#sweepWhenFull();
    const isNamed = this.services.has(serviceName) && this.#objectives.names(serviceName, operationName);
    const known = this.services.get(serviceName);
    const room = isNamed || (this.#series < this.#maxSeries && (known !== undefined || this.#hasRoomForService()));
    const entry = known ?? (room ? this.#enter(serviceName) : (this.services.get(OTHER) ?? this.#enter(OTHER)));
    const operations = (entry.kinds[kind] ??= new Map<string, RequestSeries>());
    const name = room ? operationName : OTHER;
    return operations.get(name) ?? this.#add(entry, operations, kind, name);
  }

  #add(entry: ServiceEntry, operations: Map<string, RequestSeries>, kind: number, operation: string): RequestSeries {
    const now = this.#clock();
    const series = new RequestSeries(entry.name, operation, kind, this.#shape.windowMillis, this.#shape.bounds, now);
    operations.set(operation, series);
    if (!series.isOther) this.#series++;
    series.lastSlot = slotOf(now);
    series.bind(this.#objectives.of(entry, series, now), this.#shape.bounds, now);
    return series;
  }

  #leaveIfEmpty(entry: ServiceEntry): void {
    if (entry.own || entry.objectives.size > 0 || !entry.series().next().done) return;
    this.services.delete(entry.name);
    this.#forgetLatest();
  }

  #remove(entry: ServiceEntry, series: RequestSeries): void {
    entry.kinds[series.kind]?.delete(series.operation);
    this.#forgetLatest();
    if (!series.isOther) this.#series--;
  }

  #forgetLatest(): void {
    this.#last = undefined;
    this.#lastService.fill(undefined);
  }

  /** At the cap, what was idle for an hour makes room; looked for once a minute at most. */
  #sweepWhenFull(): void {
    const now = this.#clock();
    if (slotOf(now) < this.#sweptSlot + 12 && slotOf(now) >= this.#sweptSlot) return;
    this.#sweptSlot = slotOf(now);
    this.sweep(now, true);
  }
}
