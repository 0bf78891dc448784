import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Arrival } from './traffic.ts';

/** Pauses between recordings are shortened to this. */
const PAUSE_MILLIS = 1_000;
/** Operations with fewer calls say nothing of one in a thousand. */
const FEWEST = 3_000;

/**
 * The calls of every operation in a directory of `*.csv.gz` whose columns name `span`, `service`, `operation`,
 * `startMicros` and `endMicros`, as one stream each, in the order in which they began. A span that stands in two files
 * counts once.
 */
export function recordedCalls(directory: string): Map<string, Arrival[]> {
  const seen = new Set<string>();
  const calls = new Map<string, Arrival[]>();
  for (const file of readdirSync(directory).toSorted()) {
    if (!file.endsWith('.csv.gz')) continue;
    const [header, ...lines] = gunzipSync(readFileSync(join(directory, file)))
      .toString('utf8')
      .split('\n');
    const column = Object.fromEntries(header!.split(',').map((name, index) => [name, index]));
    for (const line of lines) {
      const cells = line.split(',');
      const of = (name: string): string => cells[column[name]!] ?? '';
      const [start, end, id] = [Number(of('startMicros')), Number(of('endMicros')), `${of('trace')} ${of('span')}`];
      if (!(end >= start) || start === 0 || seen.has(id)) continue;
      seen.add(id);
      const name = `${of('service')} ${of('operation')}`;
      const known = calls.get(name) ?? [];
      known.push({ atMillis: start / 1_000, tookMillis: (end - start) / 1_000 });
      calls.set(name, known);
    }
  }
  const enough = [...calls].filter(([, each]) => each.length > FEWEST);
  return new Map(enough.map(([name, each]) => [name, withoutPauses(each)]));
}

function withoutPauses(calls: readonly Arrival[]): Arrival[] {
  let [at, last] = [0, NaN];
  return calls
    .toSorted((a, b) => a.atMillis - b.atMillis)
    .map(({ atMillis, tookMillis }) => {
      at += Number.isNaN(last) ? 0 : Math.min(PAUSE_MILLIS, atMillis - last);
      last = atMillis;
      return { atMillis: at, tookMillis };
    });
}
