import type { DurationCounts } from '../stats/duration-histogram.ts';
import type { BulkheadState } from './compartment.ts';
import type { CallCounts, TransitionCount } from './tally.ts';

/** How a bulkhead stands and what it has seen. Plain, frozen data. */
export interface BulkheadSnapshot {
  readonly name: string;
  readonly state: BulkheadState;
  /** While isolated: after so long the first probe may enter. */
  readonly retryAfterMillis?: number;
  readonly maxConcurrent: number;
  /** How many calls may run at once in this state. */
  readonly capacity: number;
  readonly maxQueue: number;
  /** Slots that are taken; after a shrink there may be more than `capacity`. */
  readonly inFlight: number;
  readonly queued: number;
  /** Of those in flight: whose caller was answered already, because its time was up or it gave up. */
  readonly overrun: number;
  /** Failures in the window. */
  readonly failures: number;
  /** How calls ended, since the bulkhead was made. */
  readonly calls: CallCounts;
  readonly transitions: readonly TransitionCount[];
  /** How often a listener or `isFailure` threw. */
  readonly thrown: number;
}

/** A snapshot and the histograms, for metrics. */
export interface BulkheadReading extends BulkheadSnapshot {
  /** The wait of every call that was in the queue, however it left it. */
  readonly queueDuration: DurationCounts;
  /** How long every slot was held: until the work ended, not until its caller was answered. */
  readonly runDuration: DurationCounts;
}

/** The part of a reading that is a snapshot. */
export function snapshotOf(reading: BulkheadReading): BulkheadSnapshot {
  const { queueDuration: _queueDuration, runDuration: _runDuration, ...snapshot } = reading;
  for (const each of [snapshot.calls.rejected, snapshot.calls, ...snapshot.transitions, snapshot.transitions])
    Object.freeze(each);
  return Object.freeze(snapshot);
}
