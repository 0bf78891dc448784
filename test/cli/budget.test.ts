import assert from 'node:assert/strict';
import { spelled } from '../../src/cli/validate/budget.ts';

describe('a length of time', () => {
  for (const [millis, text] of [
    [2_592_000, '43m 12s'],
    [25_920_000, '7h 12m'],
    [86_400_000, '1d'],
    [90_000_000, '1d 1h'],
    [90_000_000 + 59_000, '1d 1h'],
    [86_399_600, '1d'],
    [3_599_000, '59m 59s'],
    [3_600_000, '1h'],
    [31_536_000_000, '365d'],
    [1_000, '1s'],
    [999, '1s'],
    [432, '432ms'],
    [0, '0ms'],
  ] as const)
    it(`of ${millis} ms is spelled ${text}`, () => {
      assert.equal(spelled(millis), text);
    });
});
