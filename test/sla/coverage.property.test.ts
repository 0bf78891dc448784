import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Coverage, type Interval } from '../../src/sla/coverage.ts';

const moment = fc.nat({ max: 120 });
const interval = fc.tuple(moment, moment);

describe('coverage beside a brute-force twin', () => {
  it('observes every moment of the window that any process has seen, and each once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(interval, { maxLength: 5 }), { maxLength: 4 }),
        moment,
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 150 }),
        (pasts: Interval[][], since, running, window) => {
          const now = since + running;
          const coverage = new Coverage(since);
          for (const past of pasts) coverage.restore(past);
          const seen = (at: number): boolean => at >= since || pasts.flat().some(([from, to]) => at >= from && at < to);
          const moments = Array.from({ length: window }, (_, index) => now - window + index);
          const expected = moments.filter(seen).length;
          assert.equal(coverage.observedMillis(window, now), expected);
          assert.equal(coverage.ratio(window, now), expected / window);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is the same after it was saved and restored, any number of times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.integer({ min: 1, max: 500 }),
        (lives, window) => {
          let now = 0;
          let observed: number[] = [];
          let coverage = new Coverage(0);
          for (const [lived, gap] of lives) {
            observed = [...observed, ...Array.from({ length: lived }, (_, index) => now + index)];
            now += lived;
            const saved: unknown = JSON.parse(JSON.stringify(coverage.intervals(now)));
            now += gap;
            coverage = new Coverage(now);
            coverage.restore(saved as Interval[]);
          }
          assert.equal(coverage.observedMillis(window, now), observed.filter((at) => at >= now - window).length);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
