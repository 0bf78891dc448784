import { BUCKETS, bucketOf } from '../stats/log-linear.ts';
import { change } from './change.ts';
import { type Estimate, estimate, type Samples } from './estimator.ts';
import type { Censoring, OperationRecord } from './operation-record.ts';
import { add, type Slice } from './slice.ts';

/** Completed calls that make a block large enough to be set against the rest. */
const BLOCK = 50;
/** The Kolmogorov-Smirnov distance over which a block shows that the operation is another one now. */
const CHANGED = 0.5;
/** A block that fills slowly is added to the rest untested. */
const OLDEST_BLOCK_MILLIS = 75_000;

/** A cut call that is being followed. */
export interface InProgress {
  readonly censoring: Censoring | undefined;
  readonly startMillis: number;
}

const completed = new Float64Array(BUCKETS);
const censored = new Float64Array(BUCKETS);

/** Learns from what was recorded: sets the fresh block against the rest, forgets what holds no more, and estimates. */
export function learn(
  record: OperationRecord,
  inProgress: Iterable<InProgress>,
  rate: number,
  holdMillis: number,
  nowMillis: number,
): Estimate {
  const { fresh } = record;
  if (fresh.completions >= BLOCK) {
    const distance = distanceToRest(fresh, record.slices);
    // Slower: the block is the beginning of what is now. Faster: slow calls that began before still come in, and would
    // pass for the tail; only calls that begin from now on are known to be of the new kind.
    if (distance > CHANGED) record.forgetRest();
    else if (distance < -CHANGED) record.forgetAll(nowMillis);
    record.settle(nowMillis);
  } else if (nowMillis - fresh.sinceMillis >= OLDEST_BLOCK_MILLIS) record.settle(nowMillis);
  return estimate(stretches(record, inProgress, nowMillis), rate, holdMillis);
}

/**
 * Every slice, with calls that are being followed censored at what they have taken by now: those that end early must not
 * speak for them.
 */
function stretches(record: OperationRecord, inProgress: Iterable<InProgress>, nowMillis: number): Iterable<Samples> {
  const samples = new Map<Slice, Samples>([...record.slices, record.fresh].map((slice) => [slice, slice]));
  for (const { censoring, startMillis } of inProgress) {
    const slice = censoring?.slice.home;
    const each = slice && samples.get(slice);
    if (!each) continue;
    const moved = each === slice ? Float64Array.from(slice.censored!) : (each.censored as Float64Array);
    moved[censoring.bucket]! -= 1;
    moved[bucketOf(nowMillis - startMillis)]! += 1;
    const { completions, censorings, silent } = slice;
    samples.set(slice, { completed: slice.completed, censored: moved, completions, censorings, silent });
  }
  return samples.values();
}

function distanceToRest(fresh: Slice, rest: readonly Slice[]): number {
  completed.fill(0);
  censored.fill(0);
  let completions = 0;
  for (const slice of rest) {
    add(slice.completed, completed);
    if (slice.censored) add(slice.censored, censored);
    completions += slice.completions;
  }
  return completions < BLOCK ? 0 : change(fresh.completed, fresh.censored, completed, censored);
}
