import assert from 'node:assert/strict';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import { BULKHEAD_DEFAULTS, type BulkheadOptions, resolveOptions } from '../../src/bulkhead/options.ts';
import type { ConfigurationError } from '../../src/errors.ts';
import { monotonicClock } from '../../src/time/clock.ts';
import { errorOf } from '../support/held-work.ts';

/** An option, a value that it cannot have, and what is said of it. */
const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['name', '', 'a string of 1 to 200 characters, got ""'],
  ['name', undefined, 'a string of 1 to 200 characters, got undefined'],
  ['maxConcurrent', 1_000_001, 'a whole number of 1 to 1000000, got 1000001'],
  ['maxQueue', -1, 'a whole number of 0 to 1000000, got -1'],
  ['maxQueue', 0.5, 'a whole number of 0 to 1000000, got 0.5'],
  ['queueTimeout', 0, 'over 0 (milliseconds'],
  ['queueTimeout', '5 parsecs', 'over 0 (milliseconds'],
  ['failureThreshold', 0, 'a whole number of at least 1, got 0'],
  ['isolationThreshold', NaN, 'a whole number of at least 1, got NaN'],
  ['failureWindow', '0s', 'over 0 (milliseconds'],
  ['recoveryTime', -1, 'over 0 (milliseconds'],
  ['degradedRatio', 0, 'a number over 0 to 1, got 0'],
  ['degradedRatio', 1.1, 'a number over 0 to 1, got 1.1'],
  ['isFailure', true, 'a function, got true'],
  ['clock', 5, 'a function, got 5'],
  ['maxConcurent', 5, 'no such option; the options are name, maxConcurrent, '],
];

describe('the options of a bulkhead', () => {
  for (const [option, value, message] of REFUSED)
    it(`refuse ${option} ${String(value)}`, () => {
      assert.throws(
        () => new Bulkhead({ name: 'payment', [option]: value }),
        (error: ConfigurationError) =>
          error.code === 'INVALID_CONFIGURATION' && error.message.startsWith(`${option}: expected ${message}`),
      );
    });

  it('list everything that is wrong at once', () => {
    const wrong = { maxConcurrent: 0, maxQueue: -1 } as unknown as BulkheadOptions;
    assert.throws(
      () => new Bulkhead(wrong),
      (error: ConfigurationError) => error.problems.map(({ path }) => path).join() === 'name,maxConcurrent,maxQueue',
    );
    assert.throws(() => new Bulkhead(null as unknown as BulkheadOptions), /options: expected an object/);
  });

  it('have the defaults that are exported', () => {
    const { queueTimeoutMillis, failureWindowMillis, recoveryMillis, clock, isFailure, ...rest } = resolveOptions({
      name: 'payment',
    });
    const { failureWindow, recoveryTime, ...same } = BULKHEAD_DEFAULTS;
    assert.deepEqual(rest, { name: 'payment', ...same });
    assert.deepEqual(
      [failureWindow, failureWindowMillis, recoveryTime, recoveryMillis],
      ['60s', 60_000, '30s', 30_000],
    );
    assert.deepEqual([queueTimeoutMillis, clock, isFailure], [Infinity, monotonicClock, undefined]);
  });

  it('of one call are refused by rejecting it', async () => {
    const bulkhead = new Bulkhead({ name: 'payment' });
    for (const options of [
      { timeout: 0 },
      { timeout: NaN },
      { timeout: -1 },
      { priority: NaN },
      { priority: Infinity },
    ])
      assert.equal(
        ((await errorOf(bulkhead.run(() => 1, options))) as ConfigurationError).code,
        'INVALID_CONFIGURATION',
      );
    assert.deepEqual([bulkhead.snapshot().inFlight, await bulkhead.run(() => 2)], [0, 2]);
  });

  it('leave the snapshot frozen and plain', () => {
    const snapshot = new Bulkhead({ name: 'payment' }).snapshot();
    assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
    for (const part of [snapshot, snapshot.calls, snapshot.calls.rejected, snapshot.transitions])
      assert.ok(Object.isFrozen(part));
  });
});
