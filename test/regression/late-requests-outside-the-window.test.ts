import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe("requests that ended before an objective's window began", () => {
  it('do not keep a breach from being told on the very event', () => {
    const driven = new DrivenTracker({
      objectives: [{ service: 'shop', metric: 'availability', target: 0.9, window: '1h' }],
    });
    driven.send(9);
    driven.fail(1);
    driven.fail(1, { endTimeMillis: driven.now - 7_200_000 });
    for (let late = 0; late < 100; late++) {
      driven.send(1, { endTimeMillis: driven.now - 7_200_000 });
    }
    assert.equal(driven.told.length, 0);
    driven.fail(1);
    assert.equal(driven.told.length, 1);
  });
});
