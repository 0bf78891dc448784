import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe('an error rate so small that 1 minus it is 1', () => {
  it('is a budget all the same', () => {
    for (const target of [1e-13, 1e-17]) {
      const driven = new DrivenTracker({ objectives: [{ name: 'e', service: 'shop', metric: 'error_rate', target }] });
      driven.send(1);
      const { status, errorBudget, burnRates } = driven.objective('e');
      assert.deepEqual(
        [status, errorBudget, burnRates['1h']],
        ['met', { ratio: target, remainingRatio: 1, exhaustedInMillis: null }, 0],
      );
    }
  });
});
