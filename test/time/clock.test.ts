import assert from 'node:assert/strict';
import { useFakeTimers } from 'sinon';
import { wallClock } from '../../src/time/clock.ts';

describe('the wall clock', () => {
  it('gives milliseconds since the epoch, and steps when the time is set', () => {
    const timers = useFakeTimers({ now: 1_000 });
    try {
      assert.equal(wallClock(), 1_000);
      timers.setSystemTime(500);
      assert.equal(wallClock(), 500);
    } finally {
      timers.restore();
    }
  });
});
