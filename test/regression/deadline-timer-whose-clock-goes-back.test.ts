import assert from 'node:assert/strict';
import { useFakeTimers } from 'sinon';
import { DeadlineTimer } from '../../src/time/deadline-timer.ts';

describe('a deadline timer whose clock goes back', () => {
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
