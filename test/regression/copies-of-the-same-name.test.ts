import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const rule: Objective = { name: 'fast', service: 'shop', operation: '*', metric: 'response_time', target: 300 };
const exception: Objective = { ...rule, name: 'fast POST /orders', operation: 'POST /orders', target: 100 };
const another: Objective = { service: 'stock', metric: 'availability', target: 0.9 };

describe("an objective that is called like a pattern's copy for its operation", () => {
  for (const objectives of [
    [rule, exception],
    [exception, rule],
  ])
    it(`counts in place of it, also after setTarget (${objectives[0]?.name} declared first)`, () => {
      const driven = new DrivenTracker({ objectives });
      driven.send(3, { operation: 'POST /orders', durationMillis: 200 });
      driven.send(2, { operation: 'GET /orders', durationMillis: 200 });
      assert.deepEqual(driven.counts('fast POST /orders'), [0, 3]);
      driven.tracker.setTarget(another);
      driven.send(1, { operation: 'POST /orders', durationMillis: 200 });
      assert.deepEqual(driven.counts('fast POST /orders'), [0, 4]);
      assert.deepEqual(driven.counts('fast GET /orders'), [2, 0]);
    });

  it('takes its place when it is set later', () => {
    const driven = new DrivenTracker({ objectives: [rule] });
    driven.send(3, { operation: 'POST /orders', durationMillis: 200 });
    driven.tracker.setTarget(exception);
    driven.send(1, { operation: 'POST /orders', durationMillis: 200 });
    driven.tracker.setTarget(another);
    assert.deepEqual(driven.counts('fast POST /orders'), [0, 1]);
  });
});
