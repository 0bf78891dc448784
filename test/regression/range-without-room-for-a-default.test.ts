import assert from 'node:assert/strict';
import { ConfigurationError } from '../../src/errors.ts';
import { resolveOptions } from '../../src/timeout/options.ts';

describe('timeout options whose min is over their max', () => {
  it('are refused for that, and not for an initial timeout that nobody gave', () => {
    assert.throws(
      () => resolveOptions({ min: '2s', max: '1s' }),
      (error: unknown) =>
        error instanceof ConfigurationError && error.problems.map(({ path }) => path).join() === 'max',
    );
  });
});
