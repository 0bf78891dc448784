import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9, window: '5m' };

describe('an objective at risk that has not calmed down', () => {
  for (const goesOn of ['a restart', 'a change of target'])
    it(`stays at risk over ${goesOn}`, () => {
      let driven = new DrivenTracker({ objectives: [AVAILABLE] });
      driven.send(100);
      driven.fail(12);
      driven.send(10);
      assert.equal(driven.objective('available').status, 'at_risk');
      if (goesOn === 'a restart') {
        const saved = driven.tracker.saveState();
        driven = new DrivenTracker({ objectives: [AVAILABLE] }, driven.now);
        driven.tracker.restoreState(saved);
      } else driven.tracker.setTarget({ ...AVAILABLE, minEvents: 2 });
      // A twentieth of the budget is back, but a burn rate of 0.9375 is over the nine tenths that a risk calms down at.
      driven.send(6);
      assert.equal(driven.objective('available').burnRates['5m'], 0.9375);
      assert.equal(driven.objective('available').status, 'at_risk');
    });
});
