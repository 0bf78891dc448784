import assert from 'node:assert/strict';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { DeadlineTimer, sharedTimer } from '../../src/time/deadline-timer.ts';

describe('DeadlineTimer', () => {
  let clock: SinonFakeTimers;
  let timer: DeadlineTimer;
  let called: { name: string; at: number }[];

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    timer = new DeadlineTimer(() => performance.now());
    called = [];
  });

  afterEach(() => clock.restore());

  const note = (name: string) => (): void => void called.push({ name, at: performance.now() });

  it('calls back in the order of what is due, not of what was set', () => {
    timer.set(70_000, note('minute'));
    timer.set(5, note('soon'));
    timer.set(300, note('later'));
    clock.tick(70_000);
    assert.deepEqual(called, [
      { name: 'soon', at: 5 },
      { name: 'later', at: 300 },
      { name: 'minute', at: 70_000 },
    ]);
  });

  it('keeps one timer for any number of deadlines, and none once it woke without any', () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => timer.set(10 + index * 100, () => {}));
    assert.equal(clock.countTimers(), 1);
    assert.equal(timer.size, 1_000);
    for (const entry of entries) timer.clear(entry);
    assert.equal(timer.size, 0);
    assert.equal(clock.countTimers(), 1);
    clock.tick(10);
    assert.equal(clock.countTimers(), 0);
  });

  it('still calls those that waited when a call-back sets a later one', () => {
    timer.set(10, () => timer.set(1_000, note('set inside')));
    timer.set(20, note('waited'));
    clock.tick(2_000);
    assert.deepEqual(called, [
      { name: 'waited', at: 20 },
      { name: 'set inside', at: 1_010 },
    ]);
  });

  it('calls a deadline set by a call-back of the same wake on time', () => {
    timer.set(10, () => timer.set(5, note('set inside')));
    timer.set(100, note('last'));
    clock.tick(100);
    assert.deepEqual(called, [
      { name: 'set inside', at: 15 },
      { name: 'last', at: 100 },
    ]);
  });

  it('does not call what another call-back of the same moment cleared', () => {
    timer.set(10, () => timer.clear(second));
    const second = timer.set(10, note('second'));
    clock.tick(50);
    assert.deepEqual(called, []);
    assert.equal(timer.size, 0);
  });

  it('goes on calling after one that throws', () => {
    timer.set(10, () => {
      throw new Error('of the call-back');
    });
    timer.set(10, note('same moment'));
    timer.set(11, note('next'));
    clock.tick(11);
    assert.deepEqual(
      called.map(({ name }) => name),
      ['same moment', 'next'],
    );
  });

  it('does not fire at once when it is set for more than setTimeout can sleep', () => {
    const far = 2 ** 31 + 5_000;
    timer.set(far, note('far'));
    clock.tick(far - 1);
    assert.deepEqual(called, []);
    clock.tick(1);
    assert.deepEqual(called, [{ name: 'far', at: far }]);
  });

  it('forgets one that was called already, and one of another timer, without harm', () => {
    const entry = timer.set(1, note('one'));
    clock.tick(1);
    timer.clear(entry);
    timer.clear({ due: 5 });
    assert.equal(timer.size, 0);
    assert.equal(called.length, 1);
  });

  it('waits by the clock that it is given, and not by the one of setTimeout', () => {
    let now = 0;
    const slow = new DeadlineTimer(() => now);
    slow.set(100, note('slow'));
    clock.tick(100);
    assert.deepEqual(called, [], 'the given clock stood still');
    now = 100;
    clock.tick(100);
    assert.equal(called.length, 1);
  });

  it('catches up in order where the clock leapt over many deadlines', () => {
    let now = 0;
    const leaping = new DeadlineTimer(() => now);
    for (const millis of [70_000, 3, 500, 20_000_000, 260]) leaping.set(millis, note(String(millis)));
    now = 30_000_000;
    clock.tick(3);
    assert.deepEqual(
      called.map(({ name }) => name),
      ['3', '260', '500', '70000', '20000000'],
    );
  });

  it('works by the wall clock, whose milliseconds are more than 32 bits', () => {
    const start = 1_790_000_000_123;
    const wall = new DeadlineTimer(() => start + performance.now());
    for (const millis of [40, 700, 90_000]) wall.set(millis, note(String(millis)));
    clock.tick(90_000);
    assert.deepEqual(
      called.map(({ at }) => at),
      [40, 700, 90_000],
    );
  });

  it('is shared by everybody who has the same clock', () => {
    const mine = (): number => 0;
    assert.equal(sharedTimer(mine), sharedTimer(mine));
    assert.notEqual(sharedTimer(mine), sharedTimer());
  });
});

describe('the timer of DeadlineTimer', () => {
  it('keeps no process alive', () => {
    const timer = new DeadlineTimer();
    const before = process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    const entry = timer.set(60_000, () => {});
    assert.equal(process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length, before);
    timer.clear(entry);
  });
});
