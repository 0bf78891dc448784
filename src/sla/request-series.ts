import type { ExplicitBounds } from '../stats/explicit-bounds.ts';
import { RecentHistogram } from '../stats/recent-histogram.ts';
import { type Counts, type SavedCounts, TieredCounts } from '../stats/tiered-counts.ts';
import { DURATION, END, type Reading } from './reading.ts';
import { slotOf, slotsIn, tiersFor } from './slots.ts';
import type { TrackedObjective } from './tracked-objective.ts';

/** Throughput is what came in the last five minutes. */
export const THROUGHPUT_WINDOW_MILLIS = 300_000;
/** Response times are those of the last five to ten minutes. */
const RECENT_SLOTS = slotsIn(300_000);

/** All requests of one service, kind and operation, and the objectives they count for. */
export class RequestSeries {
  readonly service: string;
  readonly operation: string;
  readonly kind: number;
  readonly sinceMillis: number;
  /** Counted since the series began; counters only grow. */
  successes = 0;
  failures = 0;
  /** The slot of the latest request. */
  lastSlot = 0;
  readonly counts: TieredCounts;
  readonly recent: RecentHistogram = new RecentHistogram(RECENT_SLOTS);
  /** Durations by explicit bucket since {@link bucketsSinceMillis}, and their sum in milliseconds. */
  bounds: ExplicitBounds;
  buckets: Float64Array;
  bucketsSinceMillis: number;
  readonly sum: Float64Array = new Float64Array(1);
  objectives: readonly TrackedObjective[] = [];
  throughputs: readonly TrackedObjective[] = [];
  /** The least response time that breaks an objective; infinite without one. */
  leastThresholdMillis: number = Infinity;

  constructor(service: string, operation: string, kind: number, windowMillis: number, bounds: ExplicitBounds, nowMillis: number) {
    this.service = service;
    this.operation = operation;
    this.kind = kind;
    this.sinceMillis = nowMillis;
    const [recent] = tiersFor(THROUGHPUT_WINDOW_MILLIS);
    const [widest] = tiersFor(windowMillis).slice(-1);
    this.counts = new TieredCounts(recent![0] === widest![0] ? [widest!] : [recent!, widest!]);
    this.bounds = bounds;
    this.buckets = new Float64Array(bounds.bounds.length + 1);
    this.bucketsSinceMillis = nowMillis;
  }

  /** Counts what was read, for itself and for its objectives. The reading's time is already known to be countable. */
  count(reading: Reading, slot: number): void {
    const { success, times } = reading;
    if (success) this.successes++;
    else this.failures++;
    this.lastSlot = slot;
    this.counts.add(slot, success);
    this.recent.add(slot, times, DURATION);
    const duration = times[DURATION]!;
    const bucket = this.bounds.indexOf(duration);
    this.buckets[bucket] = this.buckets[bucket]! + 1;
    this.sum[0] = this.sum[0]! + duration;
    const objectives = this.objectives;
    for (let index = 0; index < objectives.length; index++) {
      const tracked = objectives[index]!;
      const good = success && duration <= tracked.thresholdMillis;
      if (!good) tracked.traces.add(reading.traceId, reading.sampled);
      tracked.count(slot, good);
    }
    for (const tracked of this.throughputs) tracked.countSlice(times[END]!);
  }

  /** Takes new objectives; a change of response-time targets begins the explicit histogram anew. */
  bind(objectives: readonly TrackedObjective[], bounds: ExplicitBounds, nowMillis: number): void {
    this.objectives = objectives.filter((tracked) => tracked.objective.slice === undefined);
    this.throughputs = objectives.filter((tracked) => tracked.objective.slice !== undefined);
    this.leastThresholdMillis = Math.min(Infinity, ...this.objectives.map((tracked) => tracked.thresholdMillis));
    if (bounds === this.bounds) return;
    this.bounds = bounds;
    this.buckets = new Float64Array(bounds.bounds.length + 1);
    this.sum[0] = 0;
    this.bucketsSinceMillis = nowMillis;
  }

  /** Good and bad requests in the window that ends with `slot`. */
  read(windowMillis: number, slot: number): Counts {
    return this.counts.read(slotsIn(windowMillis), slot);
  }

  /** Continues the window of a predecessor. */
  restore(counts: SavedCounts, nowMillis: number): void {
    this.counts.restore(counts);
    this.counts.settle(slotOf(nowMillis));
  }

  /** After the clock was set back. */
  setBack(slot: number): void {
    this.counts.settle(slot);
    this.recent.settle(slot);
  }

  /** Bytes held by windows and histograms. */
  get bytes(): number {
    return this.counts.bytes + this.recent.bytes + this.buckets.byteLength;
  }
}
