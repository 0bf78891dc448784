import { ExplicitBounds } from '../stats/explicit-bounds.ts';
import { Admission, INVALID, LATE } from './admission.ts';
import { IgnoreRules } from './ignore-rules.ts';
import type { Objective } from './objective.ts';
import { ObjectiveSet } from './objective-set.ts';
import type { ResolvedSlaOptions } from './options.ts';
import type { Reading } from './reading.ts';
import { RequestSeries } from './request-series.ts';
import type { ResolvedObjective } from './resolved-objective.ts';
import { OTHER, ServiceEntry } from './service-entry.ts';
import { slotOf } from './slots.ts';
import type { OnTurn } from './tracked-objective.ts';

/** What happened to the readings, by result. */
export interface Tallies {
  counted: number;
  ignored: number;
  /** Counted under `_OTHER`. */
  overflow: number;
  late: number;
  invalid: number;
  /** Something threw: a user's hook, or a span's getter. */
  failed: number;
}

const LONGEST_NAME = 256;
const DAY = 86_400_000;
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
  readonly tallies: Tallies = { counted: 0, ignored: 0, overflow: 0, late: 0, invalid: 0, failed: 0 };
  /** Series that have been idle leave, unless whoever reports them cannot forget. */
  keepsIdle = false;
  readonly #admission: Admission;
  readonly #ignore: IgnoreRules;
  #series = 0;
  #bounds: ExplicitBounds = new ExplicitBounds(DURATION_BOUNDS);
  #windowMillis = 30 * DAY;
  #sweptSlot = 0;
  #settledSlot = 0;

  constructor(options: ResolvedSlaOptions, onTurn: OnTurn) {
    this.options = options;
    const { clock, maxDurationMillis, minEvents, windowsMillis } = options;
    this.#admission = new Admission({ clock, maxDurationMillis, reachMillis: this.#windowMillis, onSetBack: (now) => this.#setBack(now) });
    this.#ignore = new IgnoreRules(options.ignore);
    this.sinceMillis = clock();
    this.objectives = new ObjectiveSet({ minEvents, longestWindowMillis: Math.max(...windowsMillis), onTurn });
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
    this.#bind(own, this.now());
  }

  /** Whether the user wants such requests left out. */
  ignores({ service, operation }: Reading): boolean {
    return this.#ignore.matches(service, operation);
  }

  /** The series of a reading, opened if need be. */
  find(service: string, kind: number, operation: string): RequestSeries {
    return this.services.get(service)?.kinds[kind]?.get(operation) ?? this.#open(service, kind, operation);
  }

  /** The bounds of the explicit duration histogram. */
  get boundsMillis(): readonly number[] {
    return this.#bounds.bounds;
  }

  /** Counts a reading and gives its series, or says in the tallies why not. */
  count(reading: Reading): RequestSeries | undefined {
    const slot = this.#admission.slotFor(reading);
    if (slot === INVALID) this.tallies.invalid++;
    else if (slot === LATE) this.tallies.late++;
    else {
      const series = this.find(reading.service, reading.kind, reading.operation);
      if (series.operation === OTHER) this.tallies.overflow++;
      else this.tallies.counted++;
      series.count(reading, slot);
      return series;
    }
    return undefined;
  }

  /** Brings everything to the present: judges, forgets, and lets the idle go, the latter once a minute at most. */
  settle(): number {
    const now = this.now();
    const slot = slotOf(now);
    if (slot >= this.#settledSlot + 12 || slot < this.#settledSlot) {
      this.#settledSlot = slot;
      this.sweep(now);
    }
    return now;
  }

  /** Lets go of series that were idle for a day, of copies with nothing in their windows, and of what they leave empty. */
  sweep(nowMillis: number, idleMillis: number = DAY): void {
    if (this.keepsIdle) return;
    const idleSlot = slotOf(nowMillis - idleMillis);
    for (const entry of this.services.values()) {
      const bound = new Set<unknown>();
      for (const series of entry.series()) {
        if (series.lastSlot < idleSlot) this.#remove(entry, series);
        else for (const tracked of [...series.objectives, ...series.throughputs]) bound.add(tracked);
      }
      for (const [name, tracked] of entry.objectives) {
        const { serviceIsPattern, operationIsPattern, windowMillis } = tracked.objective;
        const window = tracked.read(windowMillis, nowMillis);
        if ((serviceIsPattern || operationIsPattern) && !bound.has(tracked) && window.good + window.bad === 0) entry.objectives.delete(name);
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
    const bounds = new ExplicitBounds([...DURATION_BOUNDS, ...this.objectives.thresholdsMillis]);
    if (bounds.bounds.join() !== this.#bounds.bounds.join()) this.#bounds = bounds;
    for (const { service, serviceIsPattern } of this.objectives.objectives) if (!serviceIsPattern && !this.services.has(service)) this.#enter(service);
    for (const entry of this.services.values()) this.#bind(entry, nowMillis);
  }

  #bind(entry: ServiceEntry, nowMillis: number): void {
    this.objectives.prepare(entry, nowMillis);
    for (const series of entry.series()) series.bind(this.objectives.of(entry, series, nowMillis), this.#bounds, nowMillis);
    this.objectives.prune(entry);
  }

  #enter(service: string): ServiceEntry {
    const entry = new ServiceEntry(service);
    this.services.set(service, entry);
    return entry;
  }

  #open(service: string, kind: number, operation: string): RequestSeries {
    const [serviceName, operationName] = [bounded(service), bounded(operation)];
    const found = this.services.get(serviceName)?.kinds[kind]?.get(operationName);
    if (found) return found;
    if (this.#series >= this.options.maxSeries) this.#sweepWhenFull();
    const room = this.#series < this.options.maxSeries || this.objectives.names(serviceName, operationName);
    const entry = this.services.get(serviceName) ?? (room ? this.#enter(serviceName) : (this.services.get(OTHER) ?? this.#enter(OTHER)));
    const operations = (entry.kinds[kind] ??= new Map<string, RequestSeries>());
    const name = room ? operationName : OTHER;
    return operations.get(name) ?? this.#add(entry, operations, kind, name);
  }

  #add(entry: ServiceEntry, operations: Map<string, RequestSeries>, kind: number, operation: string): RequestSeries {
    const now = this.now();
    const series = new RequestSeries(entry.name, operation, kind, this.#windowMillis, this.#bounds, now);
    operations.set(operation, series);
    if (operation !== OTHER) this.#series++;
    series.lastSlot = slotOf(now);
    series.bind(this.objectives.of(entry, series, now), this.#bounds, now);
    return series;
  }

  #remove(entry: ServiceEntry, series: RequestSeries): void {
    entry.kinds[series.kind]?.delete(series.operation);
    if (series.operation !== OTHER) this.#series--;
  }

  /** At the cap, what was idle for an hour makes room; looked for once a minute at most. */
  #sweepWhenFull(): void {
    const now = this.now();
    if (slotOf(now) < this.#sweptSlot + 12 && slotOf(now) >= this.#sweptSlot) return;
    this.#sweptSlot = slotOf(now);
    this.sweep(now, DAY / 24);
  }

  #setBack(nowMillis: number): void {
    const slot = slotOf(nowMillis);
    for (const entry of this.services.values()) {
      for (const series of entry.series()) series.setBack(slot);
      for (const tracked of entry.objectives.values()) tracked.setBack(nowMillis);
    }
  }
}

/** A name of bounded length that does not keep a longer string alive. */
function bounded(name: string): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  return JSON.parse(JSON.stringify(short)) as string;
}
