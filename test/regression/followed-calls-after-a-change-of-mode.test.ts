import assert from 'node:assert/strict';
import { type Watched, WatchList } from '../../src/timeout/watch-list.ts';

const call = (): Watched => ({ censoring: undefined, startMillis: 0, abandon: () => undefined });

describe('a list of followed calls that gets a bound while it is used', () => {
  it('follows one in four up to the longest timeout, and lets the others go soon', () => {
    const list = new WatchList(Infinity);
    const before = Array.from({ length: 4 }, call);
    for (const each of before) list.add(each, 100, 30_000);
    list.capacity = 4;
    for (const each of before) list.delete(each);
    const horizons = Array.from({ length: 4 }, () => list.add(call(), 100, 30_000));
    assert.deepEqual(
      horizons.toSorted((a, b) => a - b),
      [300, 300, 1_000, 30_000],
    );
  });
});
