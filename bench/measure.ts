/**
 * Timing side by side: the cases take turns in short rounds, so that a machine that slows down slows all of them, and
 * the median round is quoted. Bytes are what the heap grew by over a stretch too short for a collection.
 */
export interface Measured {
  readonly nanos: number;
  readonly bytes: number;
  /** Every round, in the order they were run; rounds of the same index were neighbours in time. */
  readonly rounds: readonly number[];
}

export type Case = (iterations: number) => void;

/** Runs each case `rounds` times in turn. Needs `--expose-gc`. */
export function measure<K extends string>(
  cases: Record<K, Case>,
  options: { rounds: number; iterations: number },
): Record<K, Measured> {
  const entries = Object.entries(cases) as [K, Case][];
  const rounds = new Map<K, number[]>(entries.map(([name]) => [name, []]));
  for (const [, run] of entries) for (let warm = 0; warm < 5; warm++) run(options.iterations);
  for (let round = 0; round < options.rounds; round++) {
    for (const [name, run] of round % 2 === 0 ? entries : entries.toReversed()) {
      const start = process.hrtime.bigint();
      run(options.iterations);
      rounds.get(name)!.push(Number(process.hrtime.bigint() - start) / options.iterations);
    }
  }
  const results: Partial<Record<K, Measured>> = {};
  for (const [name, run] of entries)
    results[name] = { nanos: median(rounds.get(name)!), bytes: allocated(run), rounds: rounds.get(name)! };
  return results as Record<K, Measured>;
}

/** The median of the ratios of neighbouring rounds. */
export function ratio(a: Measured, b: Measured): number {
  return median(a.rounds.map((nanos, round) => nanos / b.rounds[round]!));
}

/** The median of how much longer the neighbouring rounds of `a` took, in nanoseconds. */
export function extraNanos(a: Measured, b: Measured): number {
  return median(a.rounds.map((nanos, round) => nanos - b.rounds[round]!));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Bytes a call; the median of five stretches, for the heap also holds what others leave. */
function allocated(run: Case): number {
  const iterations = 50_000;
  const stretches = Array.from({ length: 5 }, () => {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    run(iterations);
    return (process.memoryUsage().heapUsed - before) / iterations;
  });
  return Math.max(0, median(stretches));
}

/** What the heap and its buffers hold after a collection. */
export function retainedBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  globalThis.gc();
}
