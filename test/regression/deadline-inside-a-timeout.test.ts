import assert from 'node:assert/strict';
import { DeadlineExceededError } from '../../src/errors.ts';
import { AdaptiveTimeout } from '../../src/timeout/adaptive-timeout.ts';
import { errorOf } from '../support/held-work.ts';

describe('a deadline inside a call under an adaptive timeout', () => {
  it('counts as a timeout where it cut the call, and as a failure where it refused it', async () => {
    const timeout = new AdaptiveTimeout({ clock: () => 0 });
    for (const refused of [false, true, true])
      await errorOf(timeout.run('op', () => Promise.reject(new DeadlineExceededError('late', 0, refused))));
    const { timeout: timeouts, failure } = timeout.snapshot().operations[0]!.calls;
    assert.deepEqual([timeouts, failure], [1, 2]);
  });
});
