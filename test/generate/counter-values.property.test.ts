import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { counterValues, type Phase } from '../../src/generate/rule-tests/counter-values.ts';

const growth = fc.record({ steps: fc.integer({ min: 0, max: 6 }), grows: fc.integer({ min: 0, max: 9 }) });
const lack = fc.record({ steps: fc.integer({ min: 1, max: 4 }), does: fc.constant('lack' as const) });
const restart = fc.constant({ does: 'restart' } as const);

/** The samples that promtool reads out of its notation. */
function samplesOf(notation: string): (number | '_' | 'stale')[] {
  return notation.split(' ').flatMap((part): (number | '_' | 'stale')[] => {
    const run = /^(\d+)\+(\d+)x(\d+)$/.exec(part);
    if (run) {
      const [first, step, more] = run.slice(1).map(Number) as [number, number, number];
      return Array.from({ length: more + 1 }, (_, index) => first + step * index);
    }
    const gap = /^_x(\d+)$/.exec(part);
    if (gap) return Array.from({ length: Number(gap[1]) }, () => '_');
    return [part === 'stale' ? 'stale' : Number(part)];
  });
}

/** The same, step by step. */
function expected(phases: readonly Phase[]): (number | '_' | 'stale')[] {
  const samples: (number | '_' | 'stale')[] = [];
  let value: number | undefined;
  for (const phase of phases) {
    if ('grows' in phase) {
      if (value === undefined) samples.push((value = 0));
      for (let step = 0; step < phase.steps; step++) samples.push((value += phase.grows));
    } else if (phase.does === 'restart') samples.push((value = 0));
    else if (phase.does === 'leave') samples.push('stale');
    else for (let step = 0; step < phase.steps; step++) samples.push('_');
  }
  return samples;
}

describe('a counter in the notation of promtool', () => {
  it('has the samples of its phases, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(growth, lack, restart), { minLength: 1, maxLength: 6 }), (phases) => {
        const all: Phase[] = [...phases, { does: 'leave' }];
        assert.deepEqual(samplesOf(counterValues(all)), expected(all));
      }),
    );
  });
});
