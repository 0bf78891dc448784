/** What happened to the readings, by result. */
export interface Tallies {
  counted: number;
  ignored: number;
  /** Counted under `_OTHER`. */
  overflow: number;
  late: number;
  invalid: number;
  /** What should be read threw, such as a span's getter. */
  failed: number;
}

/** Nothing has happened yet. */
export function noTallies(): Tallies {
  return { counted: 0, ignored: 0, overflow: 0, late: 0, invalid: 0, failed: 0 };
}
