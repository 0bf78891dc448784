import { median } from '../measure.ts';
import type { Verdict } from '../verdict.ts';
import { recordedCalls } from './latencies.ts';
import { markdownTable } from './markdown.ts';
import { type Method, OTHERS, OURS } from './methods.ts';
import { seeded } from './random.ts';
import type { Given } from './replay.ts';
import type { Arrival } from './traffic.ts';

/** What an operation may learn from before it is measured. */
const FIRST = 500;
const RATE = 0.001;

/** The same calls with nothing left of the order in which the operation changed: what remains is the estimate's own doing. */
const SHUFFLED: Method = {
  name: 'ours, durations shuffled',
  run: (calls, rate) => OURS.run(calls, rate),
};

/** Runs all methods over what was recorded, an operation at a time; all operations count together, by calls. */
export async function recorded(verdict: Verdict, directory: string): Promise<string> {
  const operations = recordedCalls(directory);
  const rows: string[][] = [];
  const shares = new Map<string, number>();
  for (const method of [OURS, SHUFFLED, ...OTHERS]) {
    let [calls, cut] = [0, 0];
    const perOperation: number[] = [];
    const ratios: number[] = [];
    for (const each of operations.values()) {
      const stream = method === SHUFFLED ? shuffled(each) : each;
      const outcome = count(stream, await method.run(stream, RATE));
      calls += outcome.calls;
      cut += outcome.cut;
      ratios.push(outcome.ratio);
      perOperation.push(outcome.cut / outcome.calls);
    }
    shares.set(method.name, cut / calls);
    rows.push([
      method.name,
      `${((cut / calls) * 100).toFixed(2)} %`,
      `${(median(perOperation) * 100).toFixed(2)} %`,
      `${median(ratios).toFixed(2)} x`,
    ]);
  }
  const others = OTHERS.map(({ name }) => shares.get(name)!);
  verdict.figure('recorded: operations', operations.size, '');
  verdict.figure('recorded: cut', shares.get(OURS.name)! * 100, '%');
  verdict.most('recorded, shuffled: cut', shares.get(SHUFFLED.name)! * 100, 0.15, '%');
  verdict.least('recorded: times less than the others', Math.min(...others) / shares.get(OURS.name)!, 1, 'x');
  return markdownTable(['method', 'calls cut', 'median operation', "timeout by the whole recording's p99.9"], rows);
}

function count(calls: readonly Arrival[], given: Given): { calls: number; cut: number; ratio: number } {
  const sorted = calls.map(({ tookMillis }) => tookMillis).toSorted((a, b) => a - b);
  const truth = Math.max(5, sorted[Math.ceil((1 - RATE) * sorted.length) - 1]!);
  const measured = calls.map((call, index) => ({ ...call, timeout: given[index]! })).slice(FIRST);
  return {
    calls: measured.length,
    cut: measured.filter(({ tookMillis, timeout }) => tookMillis > timeout).length,
    ratio: median(measured.map(({ timeout }) => timeout / truth)),
  };
}

function shuffled(calls: readonly Arrival[]): Arrival[] {
  const random = seeded(1);
  const took = calls.map(({ tookMillis }) => tookMillis);
  for (let last = took.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [took[last], took[other]] = [took[other]!, took[last]!];
  }
  return calls.map(({ atMillis }, index) => ({ atMillis, tookMillis: took[index]! }));
}
