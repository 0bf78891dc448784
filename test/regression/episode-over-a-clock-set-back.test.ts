import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe('an episode during which the clock is set back', () => {
  it('does not end before it began where its window slides', () => {
    const driven = new DrivenTracker({ objectives: [{ name: 'up', metric: 'availability', target: 0.5 }] });
    driven.fail(1);
    driven.now -= 3_600_000;
    driven.send(9);
    const [violation] = driven.objective('up').violations;
    assert.equal(violation?.endedAt, violation?.startedAt);
  });

  it('does not end before it began where its period is over', () => {
    const window = { every: '1d' };
    const driven = new DrivenTracker({ objectives: [{ name: 'up', metric: 'availability', target: 0.5, window }] });
    driven.fail(1);
    driven.now -= 86_400_000;
    driven.tracker.report();
    driven.now += 86_400_000;
    const [violation] = driven.objective('up').violations;
    assert.equal(violation?.endedAt, violation?.startedAt);
  });
});
