import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe('the throughput after a restart', () => {
  it('is that of the running process, not what its predecessor counted over its own short life', () => {
    const before = new DrivenTracker();
    for (let second = 0; second < 300; second++) {
      before.wait('1s');
      before.send(10);
    }
    const after = new DrivenTracker({}, before.now + 1_000);
    after.tracker.restoreState(before.tracker.saveState());
    after.wait('2s');
    after.send(20);
    const { requests, throughputPerSecond } = after.service();
    assert.deepEqual([requests, throughputPerSecond], [3_020, 10]);
  });
});
