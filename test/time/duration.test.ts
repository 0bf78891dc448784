import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/time/duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const PARSED: readonly (readonly [given: unknown, millis: number])[] = [
  [0, 0],
  [250, 250],
  [0.5, 0.5],
  ['0ms', 0],
  ['250ms', 250],
  ['30s', 30 * SECOND],
  ['1.5s', 1_500],
  ['5m', 5 * MINUTE],
  ['1h', HOUR],
  ['30d', 30 * DAY],
  ['007s', 7 * SECOND],
];

const REFUSED: readonly unknown[] = [
  -1, NaN, Infinity, -Infinity, '', '5', 's', '5 s', ' 5s', '5s ', '-5s', '+5s', '5S', '5w', '5min', '5sec', '1e3ms', '.5s',
  '5.s', '1.2.3s', '1h30m', '5s\n', 'Infinityd', `${'9'.repeat(400)}d`, null, undefined, true, 5n, [], ['5s'], {}, new Date(5), () => 5,
]; // prettier-ignore

const FORMATTED: readonly (readonly [millis: number, text: string])[] = [
  [0, '0ms'],
  [1, '1ms'],
  [1.5, '1.5ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [1_001, '1001ms'],
  [90_000, '90s'],
  [MINUTE, '1m'],
  [90 * MINUTE, '90m'],
  [HOUR, '1h'],
  [DAY, '1d'],
  [36 * HOUR, '36h'],
  [30 * DAY, '30d'],
  [366 * DAY, '366d'],
];

describe('a duration', () => {
  for (const [given, millis] of PARSED) {
    it(`is ${millis} ms for ${JSON.stringify(given)}`, () => {
      assert.equal(parseDuration(given), millis);
    });
  }

  it('is nothing else', () => {
    for (const given of REFUSED) assert.equal(parseDuration(given), undefined, String(given));
  });

  for (const [millis, text] of FORMATTED) {
    it(`is written ${text} for ${millis} ms`, () => {
      assert.equal(formatDuration(millis), text);
    });
  }

  it('reads back as what was written, to the millisecond', () => {
    const unit = fc.constantFrom(1, SECOND, MINUTE, HOUR, DAY);
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        unit,
        (count, size) => parseDuration(formatDuration(count * size)) === count * size,
      ),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.maxSafeNat(), (millis) => parseDuration(formatDuration(millis)) === millis),
      { numRuns: 2_000 },
    );
  });

  it('is written in the largest unit that divides it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * DAY }), (millis) => {
        const text = formatDuration(millis);
        return [DAY, HOUR, MINUTE, SECOND].every(
          (size) => millis % size !== 0 || millis / size === 0 || text.length <= `${millis / size}ms`.length,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
