import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

interface Counts {
  head: number;
}

/** A saved state whose parts a test may damage. */
function saved(): { version: unknown; objectives: { counts: Counts }[]; series: { counts: Counts }[] } {
  const driven = new DrivenTracker({ objectives: [{ service: 'shop', metric: 'availability', target: 0.9 }] });
  driven.send(3);
  return JSON.parse(driven.tracker.saveState());
}

describe('a state that cannot be used', () => {
  it('is refused where its version is an object that cannot be shown as a string', () => {
    const state = { ...saved(), version: { toString: 1 } };
    const result = new DrivenTracker().tracker.restoreState(JSON.stringify(state));
    assert.deepEqual(result, {
      restored: false,
      objectives: 0,
      series: 0,
      skipped: 0,
      reason: 'a state of version {"toString":1}; this is version 1',
    });
  });

  it('is refused where a slot is a number that cannot be counted up to', () => {
    for (const head of [1e300, 2 ** 53]) {
      const state = saved();
      for (const { counts } of [...state.objectives, ...state.series]) counts.head = head;
      assert.match(new DrivenTracker().tracker.restoreState(JSON.stringify(state)).reason ?? '', /^a damaged state/);
    }
  });

  it('is refused where an episode is of an operation that is no name', () => {
    const driven = new DrivenTracker({ objectives: [{ service: 'shop', metric: 'availability', target: 0.9 }] });
    driven.fail(3);
    const state = JSON.parse(driven.tracker.saveState());
    state.objectives[0].violations[0].operation = 5;
    assert.match(driven.tracker.restoreState(JSON.stringify(state)).reason ?? '', /^a damaged state/);
  });
});
