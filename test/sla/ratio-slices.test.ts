import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { RatioSlices } from '../../src/sla/ratio-slices.ts';
import { DrivenTracker, NOON } from '../support/driven-tracker.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const UP: Objective = { name: 'up', service: 'shop', metric: 'availability', target: 0.9, slice: '1m', window: '1h' };

/** Slices of a minute of which a tenth may be bad, and the verdicts on them as `end:verdict` in minutes. */
class Slices {
  readonly judged: string[] = [];
  readonly slices: RatioSlices;

  constructor(sinceMillis = 0) {
    this.slices = new RatioSlices({ millis: MINUTE, budgetRatio: 0.1 }, sinceMillis);
  }

  add(good: number, bad: number, atMillis: number): void {
    for (let added = 0; added < good + bad; added++) this.slices.add(atMillis, added < good, this.judge);
  }

  settle(nowMillis: number): void {
    this.slices.settle(nowMillis, this.judge);
  }

  readonly judge = (endMillis: number, good: boolean): void =>
    void this.judged.push(`${endMillis / MINUTE}:${good ? 'good' : 'bad'}`);
}

describe('a slice of requests', () => {
  it('is judged at its end and not before', () => {
    const slices = new Slices();
    slices.add(1, 0, 1_000);
    slices.settle(MINUTE - 1);
    assert.deepEqual(slices.judged, []);
    slices.settle(MINUTE);
    slices.settle(MINUTE);
    assert.deepEqual(slices.judged, ['1:good']);
  });

  it('is judged by a request that ended after it as well', () => {
    const slices = new Slices();
    slices.add(0, 1, 59_999);
    slices.add(1, 0, MINUTE);
    assert.deepEqual(slices.judged, ['1:bad']);
  });

  it('is good with exactly the share it wants, and bad with one less', () => {
    const slices = new Slices();
    slices.add(9, 1, 0);
    slices.add(18, 2, MINUTE);
    slices.add(17, 2, 2 * MINUTE);
    slices.settle(3 * MINUTE);
    assert.deepEqual(slices.judged, ['1:good', '2:good', '3:bad']);
  });

  it('is good with exactly the share it wants where that is no binary fraction', () => {
    const driven = new DrivenTracker({ objectives: [{ ...UP, target: 0.43 }] });
    driven.send(43);
    driven.fail(57);
    driven.wait('1m');
    assert.deepEqual(driven.counts('up'), [1, 0]);
  });

  it('counts as nothing when nothing came, however long', () => {
    const slices = new Slices();
    slices.add(1, 0, 0);
    slices.settle(400 * DAY);
    slices.settle(401 * DAY);
    assert.deepEqual(slices.judged, ['1:good']);
  });

  it('is judged on its rest where only that was seen', () => {
    const slices = new Slices(30_000);
    slices.add(1, 0, 40_000);
    slices.settle(MINUTE);
    assert.deepEqual(slices.judged, ['1:good']);
  });

  it('keeps its verdict when requests arrive late, and they count for no other', () => {
    const slices = new Slices();
    slices.add(1, 0, 0);
    slices.settle(MINUTE);
    slices.add(0, 9, 59_999);
    slices.settle(2 * MINUTE);
    assert.deepEqual(slices.judged, ['1:good']);
  });

  it('takes requests out of order as long as it fills', () => {
    const slices = new Slices();
    for (const at of [50_000, 10_000, 59_999, 0]) slices.add(1, 0, at);
    slices.add(0, 1, 30_000);
    slices.settle(MINUTE);
    assert.deepEqual(slices.judged, ['1:bad']);
  });

  it('goes on where another left off, whether it is over by then, still filling, or ahead of the clock', () => {
    const before = new Slices();
    before.add(0, 1, 30_000);
    const saved = before.slices.save()!;
    assert.deepEqual(saved, { startMillis: 0, good: 0, bad: 1 });
    for (const [sinceMillis, nowMillis, expected] of [
      [40_000, 50_000, ['1:bad']],
      [70_000, 80_000, ['1:bad', '2:good']],
      [-90_000, -80_000, ['-1:bad']],
    ] as const) {
      const after = new Slices(sinceMillis);
      after.slices.restore(saved, nowMillis, after.judge);
      after.add(1, 0, nowMillis);
      after.settle(nowMillis + MINUTE);
      assert.deepEqual(after.judged, expected);
    }
    assert.equal(new Slices().slices.save(), undefined);
  });
});

describe('an objective by slices', () => {
  it('is kept by the share of good slices, and is broken by one bad slice too many', () => {
    const driven = new DrivenTracker({ objectives: [{ ...UP, sliceRatio: 0.75 }] });
    for (const failed of [0, 0, 1, 5]) {
      driven.send(9);
      driven.fail(failed);
      driven.wait('1m');
    }
    const { status, attained, target, slice, errorBudget } = driven.objective('up');
    assert.deepEqual([status, attained, target, errorBudget.remainingRatio], ['met', 0.75, 0.75, 0]);
    assert.deepEqual(slice, { length: '1m', targetRatio: 0.9 });
    driven.fail(1);
    driven.wait('1m');
    assert.equal(driven.objective('up').status, 'breached');
    const [violation] = driven.told;
    assert.deepEqual([violation?.good, violation?.bad, violation?.startedAt], [3, 2, '2026-01-15T12:05:00.000Z']);
  });

  it('weighs a slice of one request as much as a slice of a thousand', () => {
    const driven = new DrivenTracker({ objectives: [UP] });
    driven.send(1_000);
    driven.wait('1m');
    driven.fail(1);
    driven.wait('1m');
    assert.deepEqual(driven.counts('up'), [1, 1]);
  });

  it('has no data without requests, and keeps what it has', () => {
    const driven = new DrivenTracker({ objectives: [UP] });
    driven.wait('10m');
    assert.deepEqual([driven.objective('up').status, driven.counts('up')], ['no_data', [0, 0]]);
    driven.send(1);
    driven.wait('30m');
    assert.deepEqual([driven.objective('up').status, driven.counts('up')], ['met', [1, 0]]);
  });

  it('asks of each slice what its metric asks of requests', () => {
    const slow = { durationMillis: 400 };
    const objectives: Objective[] = [
      { ...UP, name: 'perfect', target: 1 },
      { ...UP, name: 'errors', metric: 'error_rate', target: 0.1 },
      { ...UP, name: 'no errors', metric: 'error_rate', target: 0 },
      { ...UP, name: 'quick', metric: 'response_time', target: '300ms', percentile: 0.9 },
      { ...UP, name: 'all quick', metric: 'response_time', target: '300ms', percentile: 1 },
    ];
    const driven = new DrivenTracker({ objectives });
    driven.send(10);
    driven.wait('1m');
    driven.send(9);
    driven.fail(1);
    driven.wait('1m');
    driven.send(9);
    driven.send(1, slow);
    driven.wait('1m');
    driven.send(8);
    driven.fail(1);
    driven.send(1, slow);
    driven.wait('1m');
    const counts = objectives.map(({ name = '' }) => driven.counts(name));
    assert.deepEqual(counts, [
      [2, 2],
      [4, 0],
      [2, 2],
      [3, 1],
      [1, 3],
    ]);
    assert.equal(driven.objective('quick').threshold, 300);
  });

  it('counts a slice in the period of the calendar in which it ended', () => {
    const driven = new DrivenTracker({ objectives: [{ ...UP, window: { every: '1d' } }] }, NOON - MINUTE);
    driven.wait('12h');
    driven.fail(1);
    driven.wait('1m');
    assert.deepEqual(driven.told.length, 0);
    driven.send(1);
    driven.wait('1m');
    assert.deepEqual(driven.counts('up'), [1, 0], 'what ended at midnight was of the day before');
  });

  it('remembers requests that were bad', () => {
    const driven = new DrivenTracker({ objectives: [UP] });
    driven.send(1, { traceId: 'good' });
    driven.fail(1, { traceId: 'bad' });
    assert.deepEqual(driven.objective('up').traceIds, ['bad']);
  });

  it('is called after its slices where it has no name, and stands beside the one without', () => {
    const { name: _, ...unnamed } = UP;
    const driven = new DrivenTracker({
      objectives: [unnamed, { service: 'shop', metric: 'availability', target: 0.9, window: '1h' }],
    });
    assert.deepEqual(
      driven.service().objectives.map(({ name }) => name),
      ['availability_by_1m_1h', 'availability_1h'],
    );
  });

  it('counts slices for minEvents', () => {
    const driven = new DrivenTracker({ objectives: [{ ...UP, minEvents: 2 }] });
    driven.fail(9);
    driven.wait('1m');
    assert.equal(driven.objective('up').status, 'no_data');
    driven.fail(9);
    driven.wait('1m');
    assert.equal(driven.objective('up').status, 'breached');
  });

  it('goes on with its slice when the share of good slices is changed, and begins anew when the slice is', () => {
    const driven = new DrivenTracker({ objectives: [UP] });
    driven.fail(1);
    driven.tracker.setTarget({ ...UP, sliceRatio: 0.5 });
    driven.wait('1m');
    assert.deepEqual(driven.counts('up'), [0, 1]);
    for (const change of [{ slice: '2m' }, { target: 0.8 }] as const) {
      driven.tracker.setTarget({ ...UP, ...change });
      assert.deepEqual(driven.counts('up'), [0, 0]);
      driven.fail(1);
      driven.wait('2m');
      assert.deepEqual(driven.counts('up'), [0, 1]);
    }
  });

  it('goes on with its slice over a restart', () => {
    const day: Objective = { ...UP, slice: '1d', window: '30d' };
    const before = new DrivenTracker({ objectives: [day] });
    before.fail(1);
    const state = before.tracker.saveState();
    const after = new DrivenTracker({ objectives: [day] }, NOON + 60 * MINUTE);
    assert.equal(after.tracker.restoreState(state).restored, true);
    after.send(8);
    after.wait('1d');
    assert.deepEqual(after.counts('up'), [0, 1], 'one of nine failed, over both processes');
  });

  it('refuses a state whose slice is damaged', () => {
    const before = new DrivenTracker({ objectives: [UP] });
    before.fail(1);
    const state = before.tracker.saveState();
    const { tracker } = new DrivenTracker({ objectives: [UP] });
    for (const slice of ['1', '{}', '{"startMillis":0,"good":-1,"bad":0}', '{"startMillis":null,"good":1,"bad":0}']) {
      const damaged = state.replace(/"slice":\{[^}]*\}/, `"slice":${slice}`);
      assert.notEqual(damaged, state);
      assert.equal(tracker.restoreState(damaged).restored, false, slice);
    }
  });

  it('goes on with the present slice when the clock is set back', () => {
    const driven = new DrivenTracker({ objectives: [UP] });
    driven.wait('10m');
    driven.fail(1);
    driven.now -= 5 * MINUTE;
    driven.counts('up');
    driven.send(1);
    driven.wait('1m');
    assert.deepEqual(driven.counts('up'), [0, 1]);
  });
});
