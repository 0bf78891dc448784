import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import type { SlaViolation } from '../../src/sla/violation.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9, window: '1h' };

/** Another episode: the objective is met again and broken once more. */
function anotherEpisode(driven: DrivenTracker): void {
  driven.wait('2h');
  driven.send(1);
  driven.tracker.report();
  driven.wait('2h');
  driven.fail(1);
}

describe('a listener to violations', () => {
  let driven: DrivenTracker;
  beforeEach(() => {
    driven = new DrivenTracker({ objectives: [AVAILABLE] });
  });

  it('may throw: it is counted, everything is counted on, and other listeners are told', () => {
    driven.tracker.onViolation(() => {
      throw new Error('no pager');
    });
    const told: SlaViolation[] = [];
    driven.tracker.onViolation((violation) => told.push(violation));
    driven.fail(2);
    assert.deepEqual([driven.tracker.snapshot().failed, driven.tracker.snapshot().counted], [1, 2]);
    assert.deepEqual([told.length, driven.told.length], [1, 1]);
    assert.deepEqual(driven.counts('available'), [0, 2]);
  });

  it('may reject later: it is counted', async () => {
    const listener: () => unknown = () => Promise.reject(new Error('no pager'));
    driven.tracker.onViolation(listener);
    driven.fail(1);
    assert.equal(driven.tracker.snapshot().failed, 0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(driven.tracker.snapshot().failed, 1);
  });

  it('is told no more once it is disposed of, however often that is', () => {
    const told: SlaViolation[] = [];
    const listening = driven.tracker.onViolation((violation) => told.push(violation));
    driven.fail(1);
    listening[Symbol.dispose]();
    listening[Symbol.dispose]();
    anotherEpisode(driven);
    assert.deepEqual([told.length, driven.told.length], [1, 2]);
  });

  it('is told as often as it was added, and each is disposed of by itself', () => {
    const told: SlaViolation[] = [];
    const listener = (violation: SlaViolation): number => told.push(violation);
    const first = driven.tracker.onViolation(listener);
    driven.tracker.onViolation(listener);
    driven.fail(1);
    assert.equal(told.length, 2);
    first[Symbol.dispose]();
    anotherEpisode(driven);
    assert.equal(told.length, 3);
  });

  it('may add and dispose of listeners while it is told', () => {
    const told: string[] = [];
    const listening = driven.tracker.onViolation(() => {
      told.push('once');
      listening[Symbol.dispose]();
      driven.tracker.onViolation(() => told.push('next'));
    });
    driven.fail(1);
    assert.deepEqual(told, ['once']);
    anotherEpisode(driven);
    assert.deepEqual(told, ['once', 'next']);
  });

  it('must be a function', () => {
    for (const listener of [undefined, null, 'call', {}] as unknown as (() => void)[])
      assert.throws(
        () => driven.tracker.onViolation(listener),
        (error) => error instanceof TypeError && error.message.includes('expected a function'),
      );
  });

  it('is not told again of an episode that a restart continues', () => {
    driven.fail(1);
    const after = new DrivenTracker({ objectives: [AVAILABLE] }, driven.now);
    after.tracker.restoreState(driven.tracker.saveState());
    after.fail(1);
    assert.equal(after.told.length, 0);
    anotherEpisode(after);
    assert.equal(after.told.length, 1);
  });
});
