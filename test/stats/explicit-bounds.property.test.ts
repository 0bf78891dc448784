import * as fc from 'fast-check';
import { ExplicitBounds } from '../../src/stats/explicit-bounds.ts';
import { bucketOf } from '../../src/stats/log-linear.ts';

const bound = fc.oneof(
  fc.integer({ min: 1, max: 4_000_000 }),
  fc.double({ min: 0, max: 2 ** 23, noNaN: true }),
  fc.integer({ min: 2990, max: 3010 }).map((tenth) => tenth / 10),
);

describe('explicit bounds, whatever they are', () => {
  it('find the first that is at least the value, as a search from the first does', () => {
    const cases = fc.array(bound, { maxLength: 20 }).chain((bounds) => {
      const exact = bounds.length === 0 ? bound : fc.constantFrom(...bounds);
      return fc.tuple(
        fc.constant(bounds),
        fc.array(fc.oneof(exact, bound, fc.double({ noNaN: true })), { maxLength: 20 }),
      );
    });
    fc.assert(
      fc.property(cases, ([given, values]) => {
        const explicit = new ExplicitBounds(given);
        const sorted = [...new Set(given)].toSorted((a, b) => a - b);
        return values.every((value) => {
          const found = sorted.findIndex((each) => value <= each);
          const expected = found < 0 ? sorted.length : found;
          return explicit.indexOf(bucketOf(value), Float64Array.of(value), 0) === expected;
        });
      }),
      { numRuns: 2_000 },
    );
  });
});
