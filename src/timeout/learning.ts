import { BUCKETS, bucketOf } from '../stats/log-linear.ts';
import { change } from './change.ts';
import { type Estimate, estimate } from './estimator.ts';
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
const nothing = new Float64Array(BUCKETS);

/**
 * Learns from what was recorded: sets the fresh block against the rest, forgets what holds no more, and estimates. Calls
 * being followed count as censored at what they have taken by now: those that end early must not speak for them.
 */
export function learn(
  record: OperationRecord,
  inProgress: Iterable<InProgress>,
  rate: number,
  holdMillis: number,
  nowMillis: number,
): Estimate {
  let totals = sum(record.slices);
  const { fresh } = record;
  if (fresh.completions >= BLOCK) {
    const distance = totals.completions < BLOCK ? 0 : setAgainst(fresh);
    // Slower: the block is the beginning of what is now. Faster: slow calls that began before still come in, and would
    // pass for the tail; only calls that begin from now on are known to be of the new kind.
    if (distance > CHANGED) record.forgetRest();
    else if (distance < -CHANGED) record.forgetAll(nowMillis);
    record.settle(nowMillis);
    totals = sum(record.slices);
  } else {
    if (nowMillis - fresh.sinceMillis >= OLDEST_BLOCK_MILLIS) record.settle(nowMillis);
    totals = sum([...record.slices, record.fresh]);
  }
  for (const { censoring, startMillis } of inProgress) {
    if (!censoring || !record.holds(censoring)) continue;
    censored[censoring.bucket]! -= 1;
    censored[bucketOf(nowMillis - startMillis)]! += 1;
  }
  return estimate({ completed, censored, ...totals }, rate, holdMillis);
}

function setAgainst(fresh: Slice): number {
  return change(fresh.completed, fresh.censored ?? nothing, completed, censored);
}

function sum(slices: readonly Slice[]): { completions: number; silent: number } {
  completed.fill(0);
  censored.fill(0);
  let [completions, silent] = [0, 0];
  for (const slice of slices) {
    add(slice.completed, completed);
    if (slice.censored) add(slice.censored, censored);
    completions += slice.completions;
    silent += slice.silent;
  }
  return { completions, silent };
}
