import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9, window: '1h' };

/** A process whose objective is in an episode. */
function breached(): DrivenTracker {
  const driven = new DrivenTracker({ objectives: [AVAILABLE] });
  driven.fail(5);
  return driven;
}

/** Its successor, a minute later, and the episodes it reports once they are over. */
function episodesAfter(before: DrivenTracker, restart: (after: DrivenTracker) => void): (string | null)[][] {
  const after = new DrivenTracker({ objectives: [AVAILABLE] }, before.now + 60_000);
  restart(after);
  assert.equal(after.tracker.restoreState(before.tracker.saveState()).restored, true);
  after.send(1_000);
  return after.objective('available').violations.map(({ startedAt, endedAt }) => [startedAt, endedAt]);
}

describe('an episode that lasts over a restart', () => {
  it('is the only one where the new process was broken before it knew', () => {
    const episodes = episodesAfter(breached(), (after) => after.fail(1));
    assert.deepEqual(episodes, [['2026-01-15T12:00:00.000Z', '2026-01-15T12:01:00.000Z']]);
  });

  it('ends once the objective is met, also where the new process has had one that is over', () => {
    const episodes = episodesAfter(breached(), (after) => {
      after.fail(1);
      after.send(100);
      assert.equal(after.objective('available').status, 'met');
    });
    assert.deepEqual(episodes, [
      ['2026-01-15T12:00:00.000Z', '2026-01-15T12:01:00.000Z'],
      ['2026-01-15T12:01:00.000Z', '2026-01-15T12:01:00.000Z'],
    ]);
  });
});

describe('an objective whose target changes', () => {
  it('still knows its recent bad requests', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.fail(1, { traceId: 'a' });
    driven.tracker.setTarget({ ...AVAILABLE, target: 0.99 });
    assert.deepEqual(driven.objective('available').traceIds, ['a']);
  });
});
