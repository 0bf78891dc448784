import { type Measured, median, retainedBytes } from './measure.ts';

/** Makes so many calls, and ends when they have ended. */
export type AsyncCase = (calls: number) => Promise<void>;

/** What `measure` does, for calls that have to be awaited. Needs `--expose-gc`. */
export async function measureAsync<K extends string>(
  cases: Record<K, AsyncCase>,
  options: { rounds: number; calls: number },
): Promise<Record<K, Measured>> {
  const { calls } = options;
  const entries = Object.entries(cases) as [K, AsyncCase][];
  const rounds = new Map<K, number[]>(entries.map(([name]) => [name, []]));
  for (const [, run] of entries) for (let warm = 0; warm < 5; warm++) await run(calls);
  for (let round = 0; round < options.rounds; round++)
    for (const [name, run] of round % 2 === 0 ? entries : entries.toReversed())
      rounds.get(name)!.push(await nanosOf(run, calls));
  const results: Partial<Record<K, Measured>> = {};
  for (const [name, run] of entries)
    results[name] = { nanos: median(rounds.get(name)!), bytes: await allocated(run), rounds: rounds.get(name)! };
  return results as Record<K, Measured>;
}

/** One after the other. */
export function inTurn(call: () => Promise<unknown>): AsyncCase {
  return async (calls) => {
    for (let each = 0; each < calls; each++) await call();
  };
}

/** So many at once, again and again. */
export function atOnce(width: number, call: () => Promise<unknown>): AsyncCase {
  return async (calls) => {
    for (let each = 0; each < calls; each += width) await Promise.all(Array.from({ length: width }, call));
  };
}

async function nanosOf(run: AsyncCase, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  await run(calls);
  return Number(process.hrtime.bigint() - start) / calls;
}

/** Bytes a call; the median of five stretches, for the heap also holds what others leave. */
async function allocated(run: AsyncCase): Promise<number> {
  const calls = 2_000;
  const stretches: number[] = [];
  for (let stretch = 0; stretch < 5; stretch++) {
    retainedBytes();
    const before = process.memoryUsage().heapUsed;
    await run(calls);
    stretches.push((process.memoryUsage().heapUsed - before) / calls);
  }
  return Math.max(0, median(stretches));
}
