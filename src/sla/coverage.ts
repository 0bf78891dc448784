/** A stretch of time that was observed, in milliseconds since the epoch. */
export type Interval = readonly [fromMillis: number, toMillis: number];

/** Past stretches that are remembered; older ones go first. */
const MOST_INTERVALS = 64;

/** How much of a window was observed: the running process since it began, and what saved state says of its predecessors. */
export class Coverage {
  #since: number;
  #past: Interval[] = [];

  constructor(sinceMillis: number) {
    this.#since = sinceMillis;
  }

  /** When the running process began to observe. */
  get sinceMillis(): number {
    return this.#since;
  }

  /** Observed milliseconds of the window that ends now. */
  observedMillis(windowMillis: number, nowMillis: number): number {
    const from = nowMillis - windowMillis;
    const overlap = ([start, end]: Interval): number => Math.max(0, Math.min(end, nowMillis) - Math.max(start, from));
    return this.intervals(nowMillis).reduce((sum, interval) => sum + overlap(interval), 0);
  }

  /** 0..1. */
  ratio(windowMillis: number, nowMillis: number): number {
    return Math.min(1, this.observedMillis(windowMillis, nowMillis) / windowMillis);
  }

  /** Every observed stretch, oldest first, the running one last. */
  intervals(nowMillis: number): Interval[] {
    return [...this.#past, [Math.min(this.#since, nowMillis), nowMillis]];
  }

  /** Adds a predecessor's stretches. What overlaps the running one counts once. */
  restore(intervals: readonly Interval[]): void {
    const before = intervals
      .map(([from, to]): Interval => [from, Math.min(to, this.#since)])
      .filter(([from, to]) => from < to);
    const merged: Interval[] = [];
    for (const [from, to] of [...this.#past, ...before].toSorted((a, b) => a[0] - b[0])) {
      const last = merged.at(-1);
      if (last && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
      else merged.push([from, to]);
    }
    this.#past = merged.slice(-MOST_INTERVALS);
  }
}
