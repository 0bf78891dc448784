import assert from 'node:assert/strict';
import { useFakeTimers } from 'sinon';
import { monotonicClock, wallClock } from '../../src/time/clock.ts';

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

describe('the monotonic clock', () => {
  it('gives milliseconds since the process began', () => {
    const before = performance.now();
    const now = monotonicClock();
    assert.ok(before <= now && now <= performance.now());
  });

  it('stops where a test stops the timers', () => {
    const before = monotonicClock();
    const timers = useFakeTimers();
    try {
      assert.equal(monotonicClock(), 0);
      timers.tick(70);
      assert.equal(monotonicClock(), 70);
    } finally {
      timers.restore();
    }
    assert.ok(monotonicClock() >= before);
  });
});
