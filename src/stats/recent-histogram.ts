import { BUCKETS, midpoint } from './log-linear.ts';

/** What a {@link RecentHistogram} knows of the values it saw lately. Same unit as the values. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly max: number;
  /** The nearest-rank quantile, within 1.6 % of the true value and never over `max`. `ratio` is 0..1. */
  quantile(ratio: number): number;
}

const COUNT = 0;
const SUM = 1;
const MAX = 2;

/** One period's values. */
class Half {
  readonly buckets: Uint32Array = new Uint32Array(BUCKETS);
  readonly facts: Float64Array = new Float64Array(3);

  clear(): void {
    this.buckets.fill(0);
    this.facts.fill(0);
  }
}

/**
 * The distribution of recent values in constant memory: a half that is filling and the half before it, so that an answer
 * covers between one and two periods. Time comes in whole slots, whose length is the caller's affair; a slot before the
 * present period counts into the half it belongs to, and before that nowhere.
 */
export class RecentHistogram {
  readonly #slotsPerHalf: number;
  #current = new Half();
  #previous = new Half();
  #period = 0;
  /** The slots of the current half. */
  #firstSlot = 0;
  #lastSlot = -1;

  constructor(slotsPerHalf: number) {
    this.#slotsPerHalf = slotsPerHalf;
  }

  /** Bytes held by the buckets. */
  get bytes(): number {
    return this.#current.buckets.byteLength + this.#previous.buckets.byteLength;
  }

  /** Counts `values[at]`, whose log-linear bucket is given, at its slot. It comes in an array so that nothing is allocated. */
  add(slot: number, bucket: number, values: Float64Array, at: number): void {
    if (slot >= this.#firstSlot && slot <= this.#lastSlot) insert(this.#current, bucket, values, at);
    else this.#addElsewhere(slot, bucket, values, at);
  }

  /** After the clock was set back to `slot`: what was seen ahead of it counts as seen now. */
  settle(slot: number): void {
    this.#begin(Math.min(this.#period, Math.floor(slot / this.#slotsPerHalf)));
  }

  /** The distribution as of `slot`. `undefined` when nothing was added lately. */
  read(slot: number): Distribution | undefined {
    return summarise([this], slot);
  }

  /** The halves that still count at `slot`. */
  halves(slot: number): readonly Half[] {
    const age = Math.floor(slot / this.#slotsPerHalf) - this.#period;
    if (age <= 0) return [this.#current, this.#previous];
    return age === 1 ? [this.#current] : [];
  }

  #addElsewhere(slot: number, bucket: number, values: Float64Array, at: number): void {
    const period = Math.floor(slot / this.#slotsPerHalf);
    if (period === this.#period - 1) insert(this.#previous, bucket, values, at);
    if (period < this.#period) return;
    if (period > this.#period) this.#turn(period);
    else this.#begin(period);
    insert(this.#current, bucket, values, at);
  }

  #turn(period: number): void {
    const [fresh, last] = [this.#previous, this.#current];
    fresh.clear();
    if (period !== this.#period + 1) last.clear();
    this.#previous = last;
    this.#current = fresh;
    this.#begin(period);
  }

  #begin(period: number): void {
    this.#period = period;
    this.#firstSlot = period * this.#slotsPerHalf;
    this.#lastSlot = this.#firstSlot + this.#slotsPerHalf - 1;
  }
}

function insert({ buckets, facts }: Half, bucket: number, values: Float64Array, at: number): void {
  buckets[bucket] = buckets[bucket]! + 1;
  facts[COUNT] = facts[COUNT]! + 1;
  facts[SUM] = facts[SUM]! + values[at]!;
  if (values[at]! > facts[MAX]!) facts[MAX] = values[at]!;
}

/** Several histograms read as one. `undefined` when none of them has anything recent. */
export function summarise(histograms: Iterable<RecentHistogram>, slot: number): Distribution | undefined {
  const halves = [...histograms]
    .flatMap((histogram) => histogram.halves(slot))
    .filter(({ facts }) => facts[COUNT]! > 0);
  if (halves.length === 0) return undefined;
  let [count, sum, max] = [0, 0, 0];
  for (const { facts } of halves) {
    count += facts[COUNT]!;
    sum += facts[SUM]!;
    max = Math.max(max, facts[MAX]!);
  }
  const buckets = halves.length === 1 ? halves[0]!.buckets : merge(halves);
  return { count, mean: sum / count, max, quantile: (ratio) => quantile(buckets, count, max, ratio) };
}

function merge(halves: readonly Half[]): Float64Array {
  const merged = new Float64Array(BUCKETS);
  for (const { buckets } of halves)
    for (let bucket = 0; bucket < BUCKETS; bucket++) merged[bucket]! += buckets[bucket]!;
  return merged;
}

function quantile(buckets: Uint32Array | Float64Array, count: number, max: number, ratio: number): number {
  const rank = Math.max(1, Math.ceil(ratio * count));
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += buckets[bucket]!;
    if (seen >= rank) return Math.min(max, midpoint(bucket));
  }
  return max;
}
