import assert from 'node:assert/strict';
import { Coverage } from '../../src/sla/coverage.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker, NOON } from '../support/driven-tracker.ts';

const HOUR = 3_600_000;
const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9, window: '10h' };

describe('the coverage of a window', () => {
  it('is nothing at first, grows with time, and is whole from one window on', () => {
    const coverage = new Coverage(NOON);
    const after = (hours: number): number => coverage.ratio(10 * HOUR, NOON + hours * HOUR);
    assert.deepEqual([0, 1, 5, 10, 11, 1_000].map(after), [0, 0.1, 0.5, 1, 1, 1]);
  });

  it('leaves out the gap between two processes', () => {
    const coverage = new Coverage(NOON);
    coverage.restore([[NOON - 4 * HOUR, NOON - 2 * HOUR]]);
    assert.equal(coverage.observedMillis(10 * HOUR, NOON + HOUR), 3 * HOUR);
  });

  it('lets go of what has left the window', () => {
    const coverage = new Coverage(NOON);
    coverage.restore([[NOON - 4 * HOUR, NOON - 2 * HOUR]]);
    assert.equal(coverage.observedMillis(4 * HOUR, NOON + HOUR), 2 * HOUR);
    assert.equal(coverage.observedMillis(2 * HOUR, NOON + HOUR), HOUR);
  });

  it('counts once what overlaps, in the past and with the running process', () => {
    const coverage = new Coverage(NOON);
    const past: [number, number] = [NOON - 4 * HOUR, NOON - 2 * HOUR];
    coverage.restore([past, [NOON - 3 * HOUR, NOON - HOUR], past]);
    coverage.restore([past, [NOON - HOUR / 2, NOON + HOUR]]);
    assert.equal(coverage.observedMillis(10 * HOUR, NOON + HOUR), 4.5 * HOUR);
    assert.deepEqual(coverage.intervals(NOON + HOUR), [
      [NOON - 4 * HOUR, NOON - HOUR],
      [NOON - HOUR / 2, NOON],
      [NOON, NOON + HOUR],
    ]);
  });

  it('makes nothing of a stretch that ends before it begins', () => {
    const coverage = new Coverage(NOON);
    coverage.restore([[NOON - HOUR, NOON - 2 * HOUR]]);
    assert.equal(coverage.observedMillis(10 * HOUR, NOON + HOUR), HOUR);
  });

  it('is never negative, nor over 1, with a clock that was set back', () => {
    const coverage = new Coverage(NOON);
    coverage.restore([[NOON - HOUR, NOON]]);
    assert.equal(coverage.ratio(HOUR, NOON - 20 * HOUR), 0);
    assert.equal(coverage.ratio(HOUR, NOON - HOUR / 2), 0.5);
  });

  it('remembers the latest 64 stretches of the past', () => {
    const coverage = new Coverage(NOON);
    coverage.restore(
      Array.from({ length: 100 }, (_, index) => [NOON - (200 - 2 * index) * 1_000, NOON - (199 - 2 * index) * 1_000]),
    );
    assert.equal(coverage.observedMillis(HOUR, NOON), 64_000);
  });
});

describe('the coverage that is reported of an objective', () => {
  it('grows from its declaration, whether requests come or not', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.wait('1h');
    assert.equal(driven.objective('available').coverageRatio, 0.1);
    driven.tracker.setTarget({ ...AVAILABLE, name: 'later' });
    driven.wait('4h');
    assert.deepEqual(
      [driven.objective('available').coverageRatio, driven.objective('later').coverageRatio],
      [0.5, 0.4],
    );
    driven.wait('40d');
    assert.deepEqual([driven.objective('available').coverageRatio, driven.objective('later').coverageRatio], [1, 1]);
  });

  it('begins for a copy of a pattern when the pattern was declared', () => {
    const driven = new DrivenTracker({ objectives: [{ ...AVAILABLE, service: '*' }] });
    driven.wait('5h');
    driven.send(1);
    assert.equal(driven.objective('available').coverageRatio, 0.5);
  });

  it('goes on after a restart without the gap, however often', () => {
    let driven = new DrivenTracker({ objectives: [AVAILABLE] });
    for (let restarts = 0; restarts < 3; restarts++) {
      driven.wait('1h');
      const saved = driven.tracker.saveState();
      driven = new DrivenTracker({ objectives: [AVAILABLE] }, driven.now + HOUR);
      driven.tracker.restoreState(saved);
    }
    driven.wait('1h');
    assert.equal(driven.objective('available').coverageRatio, 0.4);
  });

  it('is the same for every copy of a pattern after a restart', () => {
    const objectives = [{ ...AVAILABLE, service: '*' }];
    const before = new DrivenTracker({ objectives });
    before.wait('1h');
    for (const service of ['shop', 'cart', 'stock']) before.send(1, { service });
    const after = new DrivenTracker({ objectives }, before.now + HOUR);
    after.tracker.restoreState(before.tracker.saveState());
    after.wait('1h');
    for (const service of ['shop', 'cart', 'stock'])
      assert.equal(after.objective('available', service).coverageRatio, 0.2);
  });

  it('is kept when the target changes, and begins anew when the threshold does', () => {
    const fast: Objective = { name: 'fast', service: 'shop', metric: 'response_time', target: 100, window: '10h' };
    const driven = new DrivenTracker({ objectives: [fast] });
    driven.wait('1h');
    driven.tracker.setTarget({ ...fast, percentile: 0.5 });
    assert.equal(driven.objective('fast').coverageRatio, 0.1);
    driven.tracker.setTarget({ ...fast, target: 200 });
    assert.equal(driven.objective('fast').coverageRatio, 0);
  });
});
