import type { ExplicitBounds } from '../stats/explicit-bounds.ts';
import { bucketAt } from '../stats/log-linear.ts';
import { RecentHistogram } from '../stats/recent-histogram.ts';
import { type Counts, type SavedCounts, TieredCounts } from '../stats/tiered-counts.ts';
import { DURATION, type Reading } from './reading.ts';
import { slotOf, slotsIn, tiersFor } from './slots.ts';
import type { TrackedObjective } from './tracked-objective.ts';

/** The name under which everything counts that has no place of its own any more. */
export const OTHER = '_OTHER';

/** Throughput is what came in the last five minutes. */
export const THROUGHPUT_WINDOW_MILLIS = 300_000;
/** Response times are those of the last five to ten minutes. */
const RECENT_SLOTS = slotsIn(300_000);

/** All requests of one service, kind and operation, and the objectives they count for. */
export class RequestSeries {
  readonly service: string;
  readonly operation: string;
  readonly kind: number;
  /** Whether it counts what has no series of its own. */
  readonly isOther: boolean;
  readonly sinceMillis: number;
  /** Counted since the series began; counters only grow. */
  successes = 0;
  failures = 0;
  /** Requests of the present slot that were good for every objective and have yet to be counted: see `Ledger.count`. */
  pending = 0;
  /** The slot of the latest request. */
  lastSlot = 0;
  readonly counts: TieredCounts;
  readonly recent: RecentHistogram = new RecentHistogram(RECENT_SLOTS);
  /** Durations by explicit bucket since {@link RequestSeries.bucketsSinceMillis}; behind the buckets, their sum in milliseconds. */
  bounds: ExplicitBounds;
  buckets: Float64Array;
  bucketsSinceMillis: number;
  /** The objectives that judge requests, and those that judge slices of time. */
  objectives: readonly TrackedObjective[] = [];
  sliced: readonly TrackedObjective[] = [];
  /** The least response time that breaks an objective; infinite without one. */
  leastThresholdMillis: number = Infinity;

  constructor(
    service: string,
    operation: string,
    kind: number,
    windowMillis: number,
    bounds: ExplicitBounds,
    nowMillis: number,
  ) {
    this.service = service;
    this.operation = operation;
    this.kind = kind;
    this.isOther = operation === OTHER;
    this.sinceMillis = nowMillis;
    const [recent] = tiersFor(THROUGHPUT_WINDOW_MILLIS);
    const [widest] = tiersFor(windowMillis).slice(-1);
    this.counts = new TieredCounts(recent![0] === widest![0] ? [widest!] : [recent!, widest!], [
      slotsIn(THROUGHPUT_WINDOW_MILLIS),
      slotsIn(windowMillis),
    ]);
    this.bounds = bounds;
    this.buckets = new Float64Array(bounds.bounds.length + 2);
    this.bucketsSinceMillis = nowMillis;
  }

  /** Takes note of how long a request took, and in which slices of time it ended. */
  measure(reading: Reading, slot: number): void {
    const { times } = reading;
    if (slot > this.lastSlot) this.lastSlot = slot;
    const bucket = bucketAt(times, DURATION);
    this.recent.add(slot, bucket, times, DURATION);
    const bound = this.bounds.indexOf(bucket, times, DURATION);
    const buckets = this.buckets;
    buckets[bound] = buckets[bound]! + 1;
    buckets[buckets.length - 1] = buckets[buckets.length - 1]! + times[DURATION]!;
    if (this.sliced.length > 0) for (const tracked of this.sliced) tracked.countSlice(reading);
  }

  /** Counts a request, for itself and for its objectives. */
  count({ success, times, traceId, sampled }: Reading, slot: number): void {
    this.#tally(slot, success ? 1 : 0, success ? 0 : 1);
    for (const tracked of this.objectives) {
      const good = success && times[DURATION]! <= tracked.thresholdMillis;
      if (!good) tracked.traces.add(traceId, sampled);
      tracked.count(slot, good ? 1 : 0, good ? 0 : 1);
    }
  }

  /** Counts the pending requests, which were good for every objective. */
  flush(slot: number): void {
    const good = this.pending;
    if (good === 0) return;
    this.pending = 0;
    this.#tally(slot, good, 0);
    for (const tracked of this.objectives) tracked.count(slot, good, 0);
  }

  /** Takes new objectives; a change of response-time targets begins the explicit histogram anew. */
  bind(objectives: readonly TrackedObjective[], bounds: ExplicitBounds, nowMillis: number): void {
    this.objectives = objectives.filter((tracked) => tracked.objective.slice === undefined);
    this.sliced = objectives.filter((tracked) => tracked.objective.slice !== undefined);
    this.leastThresholdMillis = Math.min(Infinity, ...this.objectives.map((tracked) => tracked.thresholdMillis));
    if (bounds === this.bounds) return;
    this.bounds = bounds;
    this.buckets = new Float64Array(bounds.bounds.length + 2);
    this.bucketsSinceMillis = nowMillis;
  }

  /** Good and bad requests in the window that ends with `slot`. */
  read(windowMillis: number, slot: number): Counts {
    return this.counts.read(slotsIn(windowMillis), slot);
  }

  /** Continues the window of a predecessor. Not its throughput, which is that of the time this process has observed. */
  restore(counts: SavedCounts, nowMillis: number): void {
    this.counts.restore({ ...counts, tiers: counts.tiers.filter(({ width }) => width > 1) });
    this.counts.settle(slotOf(nowMillis));
  }

  /** After the clock was set back. */
  setBack(slot: number): void {
    this.lastSlot = Math.min(this.lastSlot, slot);
    this.counts.settle(slot);
    this.recent.settle(slot);
  }

  #tally(slot: number, successes: number, failures: number): void {
    this.successes += successes;
    this.failures += failures;
    this.counts.add(slot, successes, failures);
  }

  /** Bytes held by windows and histograms. */
  get bytes(): number {
    return this.counts.bytes + this.recent.bytes + this.buckets.byteLength;
  }
}
