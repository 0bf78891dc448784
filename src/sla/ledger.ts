import { ExplicitBounds } from '../stats/explicit-bounds.ts';
import { Admission, INVALID, LATE } from './admission.ts';
import { IgnoreRules } from './ignore-rules.ts';
import type { Objective } from './objective.ts';
import { ObjectiveSet } from './objective-set.ts';
import type { ResolvedSlaOptions } from './options.ts';
import { DURATION, type Reading } from './reading.ts';
import type { RequestSeries } from './request-series.ts';
import type { ResolvedObjective } from './resolved-objective.ts';
import { SeriesTable } from './series-table.ts';
import { slotOf } from './slots.ts';
import { noTallies, type Tallies } from './tallies.ts';
import type { OnTurn } from './tracked-objective.ts';
import { Turns } from './turns.ts';

const DAY = 86_400_000;
/** Before the first slot; unlike what admission says of a reading that does not count. */
const NO_SLOT = -3;
/** The usual bounds of the semantic conventions' request durations, in milliseconds. */
const DURATION_BOUNDS = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

/**
 * The books: which objectives and series there are, and what was counted for them.
 */
export class Ledger {
  readonly options: ResolvedSlaOptions;
  readonly objectives: ObjectiveSet;
  readonly table: SeriesTable;
  readonly sinceMillis: number;
  readonly tallies: Tallies = noTallies();
  /** How often a hook or a listener of the user threw. */
  thrown = 0;
  /** Anything that succeeds within it breaks no objective. */
  leastThresholdMillis: number = Infinity;
  readonly #admission: Admission;
  readonly #ignore: IgnoreRules;
  readonly #turns: Turns;
  /** The slot in which requests are pending, and the series that have some. */
  #slot: number = NO_SLOT;
  readonly #pending: RequestSeries[] = [];
  #bounds: ExplicitBounds = new ExplicitBounds(DURATION_BOUNDS);
  #windowMillis = 30 * DAY;
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
    this.#turns = new Turns(onTurn);
    this.sinceMillis = clock();
    this.objectives = new ObjectiveSet({
      minEvents,
      burnWindowsMillis: burnWindows.map(({ millis }) => millis),
      onTurn: this.#turns.tell,
    });
    this.table = new SeriesTable({
      maxSeries: options.maxSeries,
      clock,
      objectives: this.objectives,
      shape: { windowMillis: this.#windowMillis, bounds: this.#bounds },
      beforeChange: () => this.flush(),
    });
    for (const objective of options.objectives) this.#declare(objective, this.sinceMillis);
    this.#rebind(this.sinceMillis);
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
    return this.asOne(() => {
      const now = this.now();
      const resolved = this.#declare(objective, now);
      this.#rebind(now);
      return resolved;
    });
  }

  /** Declares these objectives and no others; those that count as before keep their counts. */
  replaceAll(objectives: readonly Objective[]): void {
    this.asOne(() => {
      const now = this.now();
      for (const each of this.objectives.replaceAll(objectives, now)) this.#reach(each);
      this.#rebind(now);
    });
  }

  /** Whether the user wants such requests left out. */
  ignores(service: string, operation: string): boolean {
    return this.#ignore.matches(service, operation);
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
    if (slot === this.#slot && reading.success) {
      const series = this.table.find(reading.service, reading.kind, reading.operation);
      if (reading.times[DURATION]! <= series.leastThresholdMillis && series.sliced.length === 0) {
        this.#measure(series, reading, slot);
        if (series.pending++ === 0) this.#pending.push(series);
        return series;
      }
    }
    if (slot < 0) {
      if (slot === INVALID) this.tallies.invalid++;
      if (slot === LATE) this.tallies.late++;
      return undefined;
    }
    // Listeners are told last, when the books are consistent.
    this.#turns.hold();
    try {
      return this.#countAt(slot, reading);
    } finally {
      this.#turns.release();
    }
  }

  /** Counts what is pending. Whatever reads the books comes after this. */
  flush(): void {
    if (this.#pending.length === 0) return;
    this.#turns.hold();
    try {
      for (const series of this.#pending) series.flush(this.#slot);
      this.#pending.length = 0;
    } finally {
      this.#turns.release();
    }
  }

  /** Brings everything to the present: judges, forgets, and lets the idle go, the latter once a minute at most. */
  settle(): number {
    const now = this.now();
    this.flush();
    const slot = slotOf(now);
    if (slot >= this.#settledSlot + 12 || slot < this.#settledSlot) {
      this.#settledSlot = slot;
      this.table.sweep(now);
    }
    return now;
  }

  /** Holds back the turns of objectives until something is done as a whole. */
  asOne<T>(act: () => T): T {
    this.#turns.hold();
    try {
      return act();
    } finally {
      this.#turns.release();
    }
  }

  /** Counts what may turn an objective, after what is pending. */
  #countAt(slot: number, reading: Reading): RequestSeries {
    this.flush();
    this.#slot = Math.max(this.#slot, slot);
    const series = this.table.find(reading.service, reading.kind, reading.operation);
    this.#measure(series, reading, slot);
    series.count(reading, slot);
    return series;
  }

  #measure(series: RequestSeries, reading: Reading, slot: number): void {
    if (series.isOther) this.tallies.overflow++;
    else this.tallies.counted++;
    series.measure(reading, slot);
  }

  #declare(objective: Objective, nowMillis: number): ResolvedObjective {
    const resolved = this.objectives.set(objective, nowMillis);
    this.#reach(resolved);
    return resolved;
  }

  #reach({ windowMillis, reachMillis }: ResolvedObjective): void {
    this.#windowMillis = Math.max(this.#windowMillis, windowMillis);
    this.#admission.reach(reachMillis);
  }

  #rebind(nowMillis: number): void {
    this.leastThresholdMillis = Math.min(Infinity, ...this.objectives.thresholdsMillis);
    const bounds = new ExplicitBounds([...DURATION_BOUNDS, ...this.objectives.thresholdsMillis]);
    if (bounds.bounds.join() !== this.#bounds.bounds.join()) this.#bounds = bounds;
    this.table.rebind({ windowMillis: this.#windowMillis, bounds: this.#bounds }, nowMillis);
  }

  #setBack(nowMillis: number): void {
    this.flush();
    this.#slot = Math.min(this.#slot, slotOf(nowMillis));
    const slot = slotOf(nowMillis);
    for (const entry of this.table.services.values()) {
      for (const series of entry.series()) series.setBack(slot);
      for (const tracked of entry.objectives.values()) tracked.setBack(nowMillis);
    }
  }
}
