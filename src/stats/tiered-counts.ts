/** Good and bad events. */
export interface Counts {
  good: number;
  bad: number;
}

/** What {@link TieredCounts.save} gives and {@link TieredCounts.restore} takes: per tier its slot width and filled slots. */
export interface SavedCounts {
  readonly head: number;
  readonly tiers: readonly {
    readonly width: number;
    readonly slots: readonly (readonly [slot: number, good: number, bad: number])[];
  }[];
}

interface Tier {
  /** How many base slots one slot of this tier is wide. */
  readonly width: number;
  /** How many slots are kept. */
  readonly length: number;
  /** Where the tier's counts begin in the shared array: good and bad by turns. */
  readonly offset: number;
  /** The windows that this tier answers without being read through. */
  readonly sums: WindowSum[];
}

/** Good and bad in the window of so many slots of a tier, kept up to date. */
interface WindowSum extends Counts {
  readonly slots: number;
}

const MOST = 2 ** 32 - 1;

/**
 * Good and bad events over sliding windows, in rings of slots: narrow slots for the recent past, wider ones further back.
 * Time comes in whole base slots (integers), whose length is the caller's affair. The answer for a window is exact to one
 * slot of the tier that holds it: it covers the whole slots that end with the present one, which is still filling.
 *
 * Two rules say what happens to time: a tier forgets what it has passed, however long nothing came; and when the clock
 * was set back, what lies ahead of it counts as now.
 *
 * The present base slot is counted in two plain fields and reaches the rings when time moves on: {@link TieredCounts.add} is
 * a comparison and two additions. Windows that are named beforehand are kept summed up, so that reading them is O(1).
 */
export class TieredCounts {
  readonly #tiers: readonly Tier[];
  readonly #data: Uint32Array;
  /** By length in base slots. */
  readonly #sums = new Map<number, WindowSum>();
  /** The latest base slot the rings have reached; -1 before the first. */
  #head = -1;
  /** The base slot being filled, and its counts. */
  #slot = -1;
  #good = 0;
  #bad = 0;

  /**
   * @param widths - ascending `[width of a slot in base slots, number of slots]`; each width divides the next.
   * @param windows - lengths in base slots that will be read often.
   */
  constructor(widths: readonly (readonly [width: number, length: number])[], windows: readonly number[] = []) {
    let offset = 0;
    this.#tiers = widths.map(([width, length]) => {
      offset += 2 * length;
      return { width, length, offset: offset - 2 * length, sums: [] };
    });
    this.#data = new Uint32Array(offset);
    for (const length of new Set(windows)) {
      const tier = this.#tierFor(length);
      const sum: WindowSum = { slots: slotsOf(tier, length), good: 0, bad: 0 };
      tier.sums.push(sum);
      this.#sums.set(length, sum);
    }
  }

  /** Bytes held by the rings. */
  get bytes(): number {
    return this.#data.byteLength;
  }

  /** The base slot of the newest event. */
  get newest(): number {
    return this.#slot;
  }

  /** Counts events at their base slot. */
  add(slot: number, good: number, bad: number): void {
    if (slot !== this.#slot && !this.#turn(slot, good, bad)) return;
    this.#good += good;
    this.#bad += bad;
  }

  /** Good and bad in the window of `length` base slots that ends with the slot `now`. */
  read(length: number, now: number): Counts {
    this.settle(now);
    const sum = this.#sums.get(length);
    if (sum !== undefined) return { good: sum.good, bad: sum.bad };
    const tier = this.#tierFor(length);
    return this.#sumUp(tier, slotsOf(tier, length));
  }

  /** Good and bad in the slots that begin with the base slot `first` or after it, of the finest tier that reaches back so far. */
  since(first: number, now: number): Counts {
    this.settle(now);
    const tier = this.#tierFor(this.#head - first + 1);
    const head = Math.floor(this.#head / tier.width);
    return this.#sumUp(tier, Math.min(tier.length, head - Math.ceil(first / tier.width) + 1));
  }

  /** Brings the rings to `now`: forgets what is past, and moves what lies ahead to the present. */
  settle(now: number): void {
    this.#flush();
    if (now < this.#head) this.#foldBack(now);
    else this.#advance(now);
  }

  /** The filled slots, as plain data. */
  save(): SavedCounts {
    this.#flush();
    const tiers = this.#tiers.map((tier) => {
      const slots: [number, number, number][] = [];
      const head = Math.floor(this.#head / tier.width);
      for (let slot = Math.max(0, head - tier.length + 1); slot <= head; slot++) {
        const at = this.#at(tier, slot);
        const [good, bad] = [this.#data[at]!, this.#data[at + 1]!];
        if (good > 0 || bad > 0) slots.push([slot, good, bad]);
      }
      return { width: tier.width, slots };
    });
    return { head: this.#head, tiers };
  }

  /** Adds what was saved, each tier from the widest saved slots that fit into its own, as far as it reaches back. */
  restore(saved: SavedCounts): void {
    this.#flush();
    this.#advance(Math.max(saved.head, this.#head));
    for (const tier of this.#tiers) {
      const source = saved.tiers.findLast(({ width }) => width <= tier.width && tier.width % width === 0);
      const share = tier.width / (source?.width ?? 1);
      for (const [slot, good, bad] of source?.slots ?? []) this.#put(tier, Math.floor(slot / share), good, bad);
    }
  }

  /** The finest tier that reaches back so far. */
  #tierFor(length: number): Tier {
    return this.#tiers.find((tier) => tier.width * tier.length >= length) ?? this.#tiers.at(-1)!;
  }

  #sumUp(tier: Tier, slots: number): Counts {
    const head = Math.floor(this.#head / tier.width);
    const counts = { good: 0, bad: 0 };
    for (let slot = head - slots + 1; slot <= head; slot++) {
      const at = this.#at(tier, slot);
      counts.good += this.#data[at]!;
      counts.bad += this.#data[at + 1]!;
    }
    return counts;
  }

  /** Opens a later base slot, and tells that it may be filled; an earlier one goes straight to the rings. */
  #turn(slot: number, good: number, bad: number): boolean {
    if (slot < this.#slot) {
      for (const tier of this.#tiers) this.#put(tier, Math.floor(slot / tier.width), good, bad);
      return false;
    }
    this.#flush();
    this.#advance(slot);
    return true;
  }

  #flush(): void {
    if (this.#good === 0 && this.#bad === 0) return;
    for (const tier of this.#tiers) this.#put(tier, Math.floor(this.#slot / tier.width), this.#good, this.#bad);
    this.#good = 0;
    this.#bad = 0;
  }

  #advance(to: number): void {
    if (to > this.#head) {
      for (const tier of this.#tiers) {
        const target = Math.floor(to / tier.width);
        for (const sum of tier.sums) this.#leave(tier, sum, target);
        const from = Math.max(Math.floor(this.#head / tier.width) + 1, target - tier.length + 1);
        for (let slot = from; slot <= target; slot++)
          this.#data.fill(0, this.#at(tier, slot), this.#at(tier, slot) + 2);
      }
      this.#head = to;
    }
    this.#slot = this.#head;
  }

  /** Takes from a sum what leaves its window when the tier's head moves on. */
  #leave(tier: Tier, sum: WindowSum, target: number): void {
    const head = Math.floor(this.#head / tier.width);
    if (target - head >= sum.slots) {
      sum.good = 0;
      sum.bad = 0;
      return;
    }
    for (let slot = head - sum.slots + 1; slot <= target - sum.slots; slot++) {
      const at = this.#at(tier, slot);
      sum.good -= this.#data[at]!;
      sum.bad -= this.#data[at + 1]!;
    }
  }

  #foldBack(now: number): void {
    for (const tier of this.#tiers) {
      const [present, head] = [Math.floor(now / tier.width), Math.floor(this.#head / tier.width)];
      let [good, bad] = [0, 0];
      for (let slot = head; slot > present && slot > head - tier.length; slot--) {
        const at = this.#at(tier, slot);
        good += this.#data[at]!;
        bad += this.#data[at + 1]!;
        this.#data.fill(0, at, at + 2);
      }
      this.#increase(this.#at(tier, present), good, bad);
    }
    this.#head = now;
    this.#slot = now;
    for (const tier of this.#tiers) for (const sum of tier.sums) Object.assign(sum, this.#sumUp(tier, sum.slots));
  }

  /** Adds to a slot of a tier, unless the tier has passed it. */
  #put(tier: Tier, slot: number, good: number, bad: number): void {
    const head = Math.floor(this.#head / tier.width);
    if (slot > head || slot <= head - tier.length || slot < 0) return;
    this.#increase(this.#at(tier, slot), good, bad);
    for (const sum of tier.sums) {
      if (slot <= head - sum.slots) continue;
      sum.good += good;
      sum.bad += bad;
    }
  }

  #increase(at: number, good: number, bad: number): void {
    this.#data[at] = Math.min(MOST, this.#data[at]! + good);
    this.#data[at + 1] = Math.min(MOST, this.#data[at + 1]! + bad);
  }

  #at(tier: Tier, slot: number): number {
    return tier.offset + 2 * (((slot % tier.length) + tier.length) % tier.length);
  }
}

/** How many slots of a tier a window of base slots covers. */
function slotsOf(tier: Tier, length: number): number {
  return Math.min(tier.length, Math.ceil(length / tier.width));
}
