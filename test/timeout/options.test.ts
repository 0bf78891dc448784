import assert from 'node:assert/strict';
import { ConfigurationError } from '../../src/errors.ts';
import { resolveOptions, TIMEOUT_DEFAULTS, type TimeoutOptions } from '../../src/timeout/options.ts';

describe('options of a timeout', () => {
  it('have the defaults that are documented', () => {
    const { clock, ...rest } = resolveOptions({});
    assert.equal(typeof clock(), 'number');
    assert.deepEqual(rest, {
      falseTimeoutRate: 0.001,
      minMillis: 5,
      maxMillis: 30_000,
      initialMillis: 5_000,
      mode: 'enforce',
      watch: 4,
      maxOperations: 500,
    });
  });

  it('are exported, and can be given as they are', () => {
    assert.deepEqual(resolveOptions(TIMEOUT_DEFAULTS), resolveOptions({}));
  });

  it('keep the default of initial between min and max, and refuse one that is given outside', () => {
    assert.equal(resolveOptions({ max: '1s' }).initialMillis, 1_000);
    assert.equal(resolveOptions({ min: '10s' }).initialMillis, 10_000);
    assert.throws(() => resolveOptions({ max: '1s', initial: '2s' }), /initial: expected over 0 and min to max/);
  });

  it('are refused with name, value and range, all at once', () => {
    const wrong = {
      falseTimeoutRate: 0,
      min: 0,
      max: 'soon',
      initial: -1,
      mode: 'maybe',
      watch: 1.5,
      maxOperations: 0,
      clock: 3,
      timeout: 5,
    } as unknown as TimeoutOptions;
    assert.throws(
      () => resolveOptions(wrong),
      (error) => error instanceof ConfigurationError && error.problems.length === Object.keys(wrong).length,
    );
    assert.throws(() => resolveOptions({ watch: 1001 }), /watch: expected a whole number of 0 to 1000, got 1001/);
    assert.throws(() => resolveOptions(null as unknown as TimeoutOptions), /options: expected an object/);
    assert.throws(() => resolveOptions({ max: 4, min: 5 }), /max: expected over 0 and at least min/);
  });
});
