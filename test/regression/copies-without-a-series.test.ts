import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const OF_EVERY_SERVICE: Objective = { name: 'available', metric: 'availability', target: 0.9 };
const OF_EVERY_JOB: Objective = { ...OF_EVERY_SERVICE, name: 'job', operation: '*' };
const JOB = { service: 'night', operation: 'job' };

/** A service with one job a day, whose series has left in between while its windows go on. */
function dayAfter(): DrivenTracker {
  const driven = new DrivenTracker({ objectives: [OF_EVERY_SERVICE, OF_EVERY_JOB] });
  driven.send(9, JOB);
  driven.fail(1, JOB);
  driven.wait('26h');
  assert.equal(driven.service('night').requests, 0);
  return driven;
}

describe('the windows of an operation that was idle for more than a day', () => {
  it('continue over a restart', () => {
    const before = dayAfter();
    const after = new DrivenTracker({ objectives: [OF_EVERY_SERVICE, OF_EVERY_JOB] }, before.now);
    assert.deepEqual(after.tracker.restoreState(before.tracker.saveState()), {
      restored: true,
      objectives: 2,
      series: 0,
      skipped: 0,
    });
    after.send(1, JOB);
    assert.deepEqual(
      [after.counts('available', 'night'), after.counts('job job', 'night')],
      [
        [10, 1],
        [10, 1],
      ],
    );
  });

  it('are skipped by a process that has no such objective, and leave no service behind', () => {
    const before = dayAfter();
    const after = new DrivenTracker({ objectives: [{ ...OF_EVERY_SERVICE, service: 'n*t' }] }, before.now);
    assert.equal(after.tracker.restoreState(before.tracker.saveState()).skipped, 2);
    assert.deepEqual(after.tracker.report().services, []);
  });

  it('go on where the target changes', () => {
    const driven = dayAfter();
    driven.tracker.setTarget({ ...OF_EVERY_SERVICE, target: 0.5 });
    driven.tracker.setTarget({ ...OF_EVERY_JOB, target: 0.6 });
    const of = (name: string): unknown[] => {
      const { target, good, bad } = driven.objective(name, 'night');
      return [target, good, bad];
    };
    assert.deepEqual(
      [of('available'), of('job job')],
      [
        [0.5, 9, 1],
        [0.6, 9, 1],
      ],
    );
    driven.send(1, JOB);
    assert.deepEqual(
      [of('available'), of('job job')],
      [
        [0.5, 10, 1],
        [0.6, 10, 1],
      ],
    );
  });
});
