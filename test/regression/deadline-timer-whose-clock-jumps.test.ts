import assert from 'node:assert/strict';
import { useFakeTimers } from 'sinon';
import { DeadlineTimer } from '../../src/time/deadline-timer.ts';

describe('a deadline timer whose clock jumps', () => {
  it('calls what waits as much later as it would have, and what is set from then on in time', () => {
    const fake = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let offset = 1_000_000;
    const timer = new DeadlineTimer(() => fake.now + offset);
    const called: string[] = [];
    timer.set(500, () => called.push('near'));
    timer.set(100_000, () => called.push('far'));
    fake.tick(100);
    offset = 0;
    timer.set(200, () => called.push('new'));
    fake.tick(250);
    assert.deepEqual(called, ['new']);
    fake.tick(300);
    assert.deepEqual(called, ['new', 'near']);
    fake.tick(100_000);
    assert.deepEqual(called, ['new', 'near', 'far']);
    assert.equal(timer.size, 0);
    fake.restore();
  });

  it('sleeps anew where it was never woken', () => {
    const first = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let now = 0;
    const timer = new DeadlineTimer(() => now);
    const called: string[] = [];
    timer.set(500, () => called.push('missed'));
    // Nobody will call what sleeps on these timers any more.
    first.restore();
    const second = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    now = 60_000;
    timer.set(200, () => called.push('new'));
    now += 5;
    second.tick(5);
    assert.deepEqual(called, ['missed']);
    now += 250;
    second.tick(250);
    assert.deepEqual(called, ['missed', 'new']);
    second.restore();
  });

  it('notices when it wakes, too', () => {
    const fake = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let offset = 1_000_000;
    const timer = new DeadlineTimer(() => fake.now + offset);
    const called: number[] = [];
    timer.set(500, () => called.push(fake.now));
    offset = 0;
    fake.tick(2_000);
    assert.equal(called.length, 1);
    fake.restore();
  });
});
