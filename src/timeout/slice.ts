import { BUCKETS } from '../stats/log-linear.ts';

/** The most that 16 bits count. */
const MOST = 65_535;

/** A stretch of time: how many calls completed, and how many are only known to have taken longer, by bucket of duration. */
export class Slice {
  readonly sinceMillis: number;
  readonly completed: Uint16Array = new Uint16Array(BUCKETS);
  /** Made with the first censored call: most slices never see one. */
  censored: Uint16Array | undefined;
  completions = 0;
  censorings = 0;
  /** Censored calls that were watched to their horizon in vain. */
  silent = 0;
  #absorbedBy: Slice | undefined;

  constructor(sinceMillis: number) {
    this.sinceMillis = sinceMillis;
  }

  /** Where the counts of this slice are now. */
  get home(): Slice {
    return this.#absorbedBy ?? this;
  }

  complete(bucket: number): void {
    if (this.completions >= MOST) return;
    this.completed[bucket]! += 1;
    this.completions++;
  }

  /** Tells whether there was room. */
  censor(bucket: number): boolean {
    if (this.censorings >= MOST) return false;
    this.censored ??= new Uint16Array(BUCKETS);
    this.censored[bucket]! += 1;
    this.censorings++;
    return true;
  }

  uncensor(bucket: number): void {
    this.censored![bucket]! -= 1;
    this.censorings--;
  }

  hasRoomFor({ completions, censorings }: Slice): boolean {
    return this.completions + completions <= MOST && this.censorings + censorings <= MOST;
  }

  absorb(other: Slice): void {
    add(other.completed, this.completed);
    if (other.censored) add(other.censored, (this.censored ??= new Uint16Array(BUCKETS)));
    this.completions += other.completions;
    this.censorings += other.censorings;
    this.silent += other.silent;
    other.#absorbedBy = this;
  }
}

/** Adds counts, bucket by bucket. */
export function add(counts: Uint16Array, to: Uint16Array | Float64Array): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) to[bucket]! += counts[bucket]!;
}
