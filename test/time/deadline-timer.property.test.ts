import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { DeadlineTimer, type TimerEntry } from '../../src/time/deadline-timer.ts';

const step = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    millis: fc.oneof(
      fc.double({ min: 0, max: 400, noNaN: true }),
      fc.nat({ max: 70_000 }),
      fc.nat({ max: 10_000_000 }),
    ),
  }),
  fc.record({
    kind: fc.constant('wait' as const),
    millis: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 100_000 }), fc.nat({ max: 20_000_000 })),
  }),
  fc.record({ kind: fc.constant('clear' as const), index: fc.nat({ max: 30 }) }),
);

interface Awaited {
  readonly due: number;
  readonly entry: TimerEntry;
  cleared: boolean;
  calledAt: number | undefined;
}

describe('DeadlineTimer beside a plain list', () => {
  let clock: SinonFakeTimers;

  afterEach(() => clock.restore());

  it('calls each back once, never early and within two milliseconds, and keeps one timer that ends with what it slept for', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
        const timer = new DeadlineTimer(() => performance.now());
        const all: Awaited[] = [];
        for (const each of steps) {
          if (each.kind === 'wait') clock.tick(each.millis);
          else if (each.kind === 'set') all.push(wait(timer, each.millis));
          else clear(timer, all[each.index]);
          for (const one of all) check(one);
        }
        const waiting = all.filter(({ cleared, calledAt }) => !cleared && calledAt === undefined).length;
        assert.equal(timer.size, waiting);
        if (waiting > 0) assert.equal(clock.countTimers(), 1);
        clock.runAll();
        assert.equal(timer.size, 0);
        assert.equal(clock.countTimers(), 0);
        clock.restore();
      }),
      { numRuns: 1_000 },
    );
  });
});

function wait(timer: DeadlineTimer, millis: number): Awaited {
  const due = performance.now() + millis;
  const entry = timer.set(millis, () => {
    assert.equal(one.calledAt, undefined, 'called twice');
    one.calledAt = performance.now();
  });
  const one: Awaited = { due, entry, cleared: false, calledAt: undefined };
  return one;
}

function clear(timer: DeadlineTimer, one: Awaited | undefined): void {
  if (one === undefined) return;
  timer.clear(one.entry);
  one.cleared ||= one.calledAt === undefined;
}

function check({ due, cleared, calledAt }: Awaited): void {
  if (cleared) assert.equal(calledAt, undefined, 'called after it was cleared');
  else if (calledAt === undefined) assert.ok(performance.now() <= due + 2, 'not called');
  else assert.ok(calledAt >= due && calledAt <= due + 2, `due ${due}, called ${calledAt}`);
}
