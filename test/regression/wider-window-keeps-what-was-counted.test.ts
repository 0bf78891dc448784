import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const A_DAY: Objective = { name: 'kept', service: 'shop', metric: 'availability', target: 0.9, window: '1d' };
const A_MONTH: Objective = { ...A_DAY, window: '30d' };

describe('an objective whose window grows beyond the slots it had', () => {
  it('keeps what was counted where it changes while running', () => {
    const driven = new DrivenTracker({ objectives: [A_DAY] });
    driven.send(54);
    driven.fail(6);
    driven.wait('20h');
    driven.send(10);
    driven.tracker.setTarget(A_MONTH);
    assert.deepEqual(driven.counts('kept'), [64, 6]);
    driven.wait('20d');
    assert.deepEqual(driven.counts('kept'), [64, 6]);
  });

  it('keeps what was counted where it changes between two processes', () => {
    const before = new DrivenTracker({ objectives: [A_DAY] });
    before.send(54);
    before.fail(6);
    const after = new DrivenTracker({ objectives: [A_MONTH] }, before.now + 60_000);
    assert.equal(after.tracker.restoreState(before.tracker.saveState()).objectives, 1);
    assert.deepEqual(after.counts('kept'), [54, 6]);
  });
});
