import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { TieredCounts } from '../../src/stats/tiered-counts.ts';
import { CountsTwin } from '../support/counts-twin.ts';

const TIERS = [
  [1, 12],
  [4, 9],
  [24, 6],
] as const;
/** Some windows are kept summed up, the others are read through. */
const SUMMED = [1, 5, 12, 13, 30, 36, 100, 144];

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      slots: fc.integer({ min: -40, max: 3 }),
      good: fc.nat({ max: 3 }),
      bad: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      slots: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 400 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('setBack' as const),
      slots: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 400 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), window: fc.integer({ min: 1, max: 144 }) }) },
);

describe('TieredCounts beside a brute-force twin', () => {
  it('answers every window alike, over idle gaps, out-of-order events and a clock that steps back and forth', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rings = new TieredCounts(TIERS, SUMMED);
        const twin = new CountsTwin(TIERS);
        let now = 1_000;
        rings.settle(now);
        twin.see(now);
        for (const each of steps) {
          if (each.kind === 'wait') now += each.slots;
          else if (each.kind === 'setBack') now -= each.slots;
          else if (each.kind === 'read') assert.deepEqual(rings.read(each.window, now), twin.read(each.window, now));
          else {
            rings.settle(now);
            twin.see(now);
            const slot = Math.max(0, now + Math.min(0, each.slots));
            rings.add(slot, each.good, each.bad);
            twin.add(slot, each.good, each.bad);
          }
        }
        for (const window of [1, 5, 12, 13, 36, 37, 144])
          assert.deepEqual(rings.read(window, now), twin.read(window, now));
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells what came since a slot, but for what came within the first slot of the tier that reaches back to it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ago: fc.nat({ max: 200 }), bad: fc.boolean() }), { maxLength: 40 }),
        fc.nat({ max: 143 }),
        fc.integer({ min: 1_000, max: 1_030 }),
        (events, back, now) => {
          const rings = new TieredCounts(TIERS, SUMMED);
          for (const { ago, bad } of events.toSorted((a, b) => b.ago - a.ago))
            rings.add(now - ago, bad ? 0 : 1, bad ? 1 : 0);
          const first = now - back;
          const [width] = TIERS.find((tier) => tier[0] * tier[1] > back)!;
          const whole = Math.ceil(first / width) * width;
          const since = events.filter(({ ago }) => now - ago >= whole);
          const bad = since.filter((each) => each.bad).length;
          assert.deepEqual(rings.since(first, now), { good: since.length - bad, bad });
        },
      ),
    );
  });

  it('continues every window from what was saved', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ago: fc.nat({ max: 200 }), bad: fc.boolean() }), { maxLength: 40 }),
        fc.nat({ max: 200 }),
        (events, later) => {
          const rings = new TieredCounts(TIERS, SUMMED);
          for (const { ago, bad } of events.toSorted((a, b) => b.ago - a.ago))
            rings.add(1_000 - ago, bad ? 0 : 1, bad ? 1 : 0);
          rings.settle(1_000);
          const restored = new TieredCounts(TIERS, SUMMED);
          restored.restore(rings.save());
          for (const window of [1, 12, 36, 144])
            assert.deepEqual(restored.read(window, 1_000 + later), rings.read(window, 1_000 + later));
        },
      ),
      { numRuns: 500 },
    );
  });
});
