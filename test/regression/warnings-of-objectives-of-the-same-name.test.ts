import assert from 'node:assert/strict';
import { SlaTracker } from '../../src/sla/tracker.ts';

describe('the warnings of objectives of the same name', () => {
  it('are all told, each with its service', () => {
    const tracker = new SlaTracker({
      objectives: ['cart', 'shop', 'stock'].map((service) => ({ service, metric: 'availability', target: 0.6 })),
    });
    tracker.setTarget({ service: 'shop', metric: 'availability', target: 0.999 });
    const services = tracker.snapshot().warnings.map((warning) => /service '(\w+)'/.exec(warning)?.[1]);
    assert.deepEqual(services, ['cart', 'stock']);
  });
});
