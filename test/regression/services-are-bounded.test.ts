import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe('services that go on under new operations', () => {
  it('are at most twice as many as there may be series, however long they go on', () => {
    const driven = new DrivenTracker({ maxSeries: 10, objectives: [{ metric: 'availability', target: 0.9 }] });
    for (let round = 0; round < 100; round++) {
      for (let service = round; service < round + 50; service++)
        driven.send(1, { service: `service-${service % 50}`, operation: `operation-${round}` });
      driven.wait('30m');
    }
    const { services } = driven.tracker.report();
    assert.equal(services.length <= 21, true, `${services.length} services`);
    assert.equal(driven.tracker.snapshot().objectives <= 21, true, `${driven.tracker.snapshot().objectives} copies`);
  });

  it('take the room that others have left', () => {
    const driven = new DrivenTracker({
      maxSeries: 1,
      objectives: [{ service: 'shop', metric: 'availability', target: 0.9 }],
    });
    for (const service of ['stock', 'payment', 'mail']) {
      driven.send(1, { service });
      assert.equal(driven.service(service).requests, 1);
      driven.wait('25h');
      driven.tracker.report();
    }
  });
});
