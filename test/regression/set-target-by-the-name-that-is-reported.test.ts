import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe('setTarget with the name under which an objective is reported', () => {
  it('replaces an unnamed objective of that service', () => {
    const driven = new DrivenTracker({ objectives: [{ service: 'shop', metric: 'availability', target: 0.9 }] });
    driven.send(3);
    driven.tracker.setTarget({ name: 'availability', service: 'shop', metric: 'availability', target: 0.5 });
    assert.deepEqual(
      driven.service().objectives.map(({ name, target, good }) => [name, target, good]),
      [['availability', 0.5, 3]],
    );
    driven.tracker.setTarget({ service: 'shop', metric: 'availability', target: 0.6 });
    assert.deepEqual(
      driven.service().objectives.map(({ name, target, good }) => [name, target, good]),
      [['availability', 0.6, 3]],
    );
  });
});
