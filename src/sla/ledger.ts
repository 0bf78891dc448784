import { ExplicitBounds } from '../stats/explicit-bounds.ts';
import { Admission, INVALID, LATE } from './admission.ts';
import { boundedName } from './bounded-name.ts';
import { IgnoreRules } from './ignore-rules.ts';
import type { Objective } from './objective.ts';
import { ObjectiveSet } from './objective-set.ts';
import type { ResolvedSlaOptions } from './options.ts';
import { DURATION, type Reading } from './reading.ts';
import { OTHER, RequestSeries } from './request-series.ts';
import type { ResolvedObjective } from './resolved-objective.ts';
import { ServiceEntry } from './service-entry.ts';
import { slotOf } from './slots.ts';
import { SPAN_KINDS } from './span-kind.ts';
import { noTallies, type Tallies } from './tallies.ts';
import type { OnTurn } from './tracked-objective.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The usual bounds of the semantic conventions' request durations, in milliseconds. */
const DURATION_BOUNDS = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

/**
 * The books: which series and objectives there are, and what was counted for them. Series are found through nested maps,
 * for a joined key would have to be built for every span. At most `maxSeries` have a name of their own; what comes beyond
 * folds into `_OTHER`, of which there is one a service and kind at most.
 */
export class Ledger {
  readonly options: ResolvedSlaOptions;
  readonly services: Map<string, ServiceEntry> = new Map();
  readonly objectives: ObjectiveSet;
  readonly sinceMillis: number;
  readonly tallies: Tallies = noTallies();
  /** How often a hook or a listener of the user threw. */
  thrown = 0;
  /** Anything that succeeds within it breaks no objective. */
  leastThresholdMillis: number = Infinity;
  /** Series that have been idle leave, unless whoever reports them cannot forget. */
  keepsIdle = false;
  readonly #admission: Admission;
  readonly #ignore: IgnoreRules;
  #series = 0;
  /** The slot in which requests are pending, and the series that have some. */
  #slot = -1;
  readonly #pending: RequestSeries[] = [];
  /** The latest series, and by kind the latest service: both are asked for again more often than not. */
  #last: RequestSeries | undefined;
  readonly #lastService: (string | undefined)[] = SPAN_KINDS.map(() => undefined);
  readonly #lastOperations: (Map<string, RequestSeries> | undefined)[] = SPAN_KINDS.map(() => undefined);
  #bounds: ExplicitBounds = new ExplicitBounds(DURATION_BOUNDS);
  #windowMillis = 30 * DAY;
  #sweptSlot = 0;
  #settledSlot = 0;

  constructor(options: ResolvedSlaOptions, onTurn: OnTurn) {
    this.options = options;
    const { clock, maxDurationMillis, minEvents, burnWindows } = options;
    this.#admission = new Admission({
      clock,
      maxDurationMillis,
      reachMillis: this.#windowMillis,
      onSetBack: (now) => this.#setBack(now),
    });
    this.#ignore = new IgnoreRules(options.ignore);
    this.sinceMillis = clock();
    this.objectives = new ObjectiveSet({
      minEvents,
      longestWindowMillis: Math.max(...burnWindows.map(({ millis }) => millis)),
      onTurn,
    });
    for (const objective of options.objectives) this.#declare(objective, this.sinceMillis);
    this.#rebind(this.sinceMillis);
  }

  /** The number of series with a name of their own. */
  get size(): number {
    return this.#series;
  }

  /** The window over which requests are reported: the longest objective's, and at least 30 d. */
  get windowMillis(): number {
    return this.#windowMillis;
  }

  /** The present moment. Notices when the clock was set back. */
  now(): number {
    return this.#admission.now();
  }

  /** Adds or replaces an objective; the others keep their counts. */
  set(objective: Objective): ResolvedObjective {
    const now = this.now();
    const resolved = this.#declare(objective, now);
    this.#rebind(now);
    return resolved;
  }

  /** Marks a service as served by this process. */
  own(service: string): void {
    const entry = this.services.get(service);
    if (entry?.own || (entry === undefined && this.services.size >= this.options.maxSeries)) return;
    const own = entry ?? this.#enter(service);
    own.own = true;
    this.#bind(own, this.options.clock());
  }

  /** Whether there are such requests at all. */
  get mayIgnore(): boolean {
    return this.options.ignore.length > 0;
  }

  /** Whether the user wants such requests left out. */
  ignores(service: string, operation: string): boolean {
    return this.#ignore.matches(service, operation);
  }

  /** The series of a reading, opened if need be. */
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

  /** The bounds of the explicit duration histogram. */
  get boundsMillis(): readonly number[] {
    return this.#bounds.bounds;
  }

  /** The slot in which a reading counts, negative where it does not. Moves an end time in the future to now. */
  slotFor(reading: Reading): number {
    return this.#admission.slotFor(reading);
  }

  /**
   * Counts a reading and gives its series, or says in the tallies why not. Most requests are good for every objective:
   * these only raise a number on their series, and are counted together when the slot ends or something else happens.
   */
  count(reading: Reading): RequestSeries | undefined {
    const slot = this.#admission.slotFor(reading);
    if (slot < 0) {
      if (slot === INVALID) this.tallies.invalid++;
      if (slot === LATE) this.tallies.late++;
      return undefined;
    }
    if (slot > this.#slot) {
      this.flush();
      this.#slot = slot;
    }
    const series = this.find(reading.service, reading.kind, reading.operation);
    if (series.isOther) this.tallies.overflow++;
    else this.tallies.counted++;
    series.measure(reading, slot);
    if (slot === this.#slot && reading.success && reading.times[DURATION]! <= series.leastThresholdMillis) {
      if (series.pending++ === 0) this.#pending.push(series);
    } else {
      this.flush();
      series.count(reading, slot);
    }
    return series;
  }

  /** Counts what is pending. Whatever reads the books comes after this. */
  flush(): void {
    for (const series of this.#pending) series.flush(this.#slot);
    this.#pending.length = 0;
  }

  /** Brings everything to the present: judges, forgets, and lets the idle go, the latter once a minute at most. */
  settle(): number {
    const now = this.now();
    this.flush();
    const slot = slotOf(now);
    if (slot >= this.#settledSlot + 12 || slot < this.#settledSlot) {
      this.#settledSlot = slot;
      this.sweep(now);
    }
    return now;
  }

  /**
   * Lets go of series that were idle for a day, of objectives' copies that no series is left for and that have nothing
   * in their windows, and of what they leave empty. Where room is needed an hour is enough, and windows are given up.
   */
  sweep(nowMillis: number, needsRoom = false): void {
    if (this.keepsIdle) return;
    this.flush();
    const idleSlot = slotOf(nowMillis - (needsRoom ? HOUR : DAY));
    let spareCopies = needsRoom ? 0 : this.options.maxSeries;
    for (const entry of this.services.values()) {
      const bound = new Set<unknown>();
      for (const series of entry.series()) {
        if (series.lastSlot < idleSlot) this.#remove(entry, series);
        else for (const tracked of [...series.objectives, ...series.throughputs]) bound.add(tracked);
      }
      for (const [name, tracked] of entry.objectives) {
        const { serviceIsPattern, operationIsPattern, windowMillis } = tracked.objective;
        if (bound.has(tracked) || !(serviceIsPattern || operationIsPattern)) continue;
        const window = tracked.read(windowMillis, nowMillis);
        if (window.good + window.bad === 0 || spareCopies-- <= 0) entry.objectives.delete(name);
      }
      if (entry.series().next().done && entry.objectives.size === 0 && !entry.own) this.services.delete(entry.name);
    }
  }

  #declare(objective: Objective, nowMillis: number): ResolvedObjective {
    const resolved = this.objectives.set(objective, nowMillis);
    this.#windowMillis = Math.max(this.#windowMillis, resolved.windowMillis);
    this.#admission.reach(resolved.windowMillis);
    return resolved;
  }

  #rebind(nowMillis: number): void {
    this.leastThresholdMillis = Math.min(Infinity, ...this.objectives.thresholdsMillis);
    const bounds = new ExplicitBounds([...DURATION_BOUNDS, ...this.objectives.thresholdsMillis]);
    if (bounds.bounds.join() !== this.#bounds.bounds.join()) this.#bounds = bounds;
    for (const { service, serviceIsPattern } of this.objectives.objectives)
      if (!serviceIsPattern && !this.services.has(service)) this.#enter(service);
    for (const entry of this.services.values()) this.#bind(entry, nowMillis);
  }

  #bind(entry: ServiceEntry, nowMillis: number): void {
    this.flush();
    this.objectives.prepare(entry, nowMillis);
    for (const series of entry.series())
      series.bind(this.objectives.of(entry, series, nowMillis), this.#bounds, nowMillis);
    this.objectives.prune(entry);
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
    if (this.#series >= this.options.maxSeries) this.#sweepWhenFull();
    const isNamed = this.services.has(serviceName) && this.objectives.names(serviceName, operationName);
    const room = this.#series < this.options.maxSeries || isNamed;
    const entry =
      this.services.get(serviceName) ??
      (room ? this.#enter(serviceName) : (this.services.get(OTHER) ?? this.#enter(OTHER)));
    const operations = (entry.kinds[kind] ??= new Map<string, RequestSeries>());
    const name = room ? operationName : OTHER;
    return operations.get(name) ?? this.#add(entry, operations, kind, name);
  }

  #add(entry: ServiceEntry, operations: Map<string, RequestSeries>, kind: number, operation: string): RequestSeries {
    const now = this.options.clock();
    const series = new RequestSeries(entry.name, operation, kind, this.#windowMillis, this.#bounds, now);
    operations.set(operation, series);
    if (!series.isOther) this.#series++;
    series.lastSlot = slotOf(now);
    series.bind(this.objectives.of(entry, series, now), this.#bounds, now);
    return series;
  }

  #remove(entry: ServiceEntry, series: RequestSeries): void {
    entry.kinds[series.kind]?.delete(series.operation);
    this.#last = undefined;
    this.#lastService[series.kind] = undefined;
    if (!series.isOther) this.#series--;
  }

  /** At the cap, what was idle for an hour makes room; looked for once a minute at most. */
  #sweepWhenFull(): void {
    const now = this.now();
    if (slotOf(now) < this.#sweptSlot + 12 && slotOf(now) >= this.#sweptSlot) return;
    this.#sweptSlot = slotOf(now);
    this.sweep(now, true);
  }

  #setBack(nowMillis: number): void {
    this.flush();
    this.#slot = Math.min(this.#slot, slotOf(nowMillis));
    const slot = slotOf(nowMillis);
    for (const entry of this.services.values()) {
      for (const series of entry.series()) series.setBack(slot);
      for (const tracked of entry.objectives.values()) tracked.setBack(nowMillis);
    }
  }
}
