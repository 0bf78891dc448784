import assert from 'node:assert/strict';
import { SlaTracker } from '../../src/sla/tracker.ts';
import { NOW } from '../support/spans.ts';

const HOUR = 3_600_000;

describe('a request that ended the day before, of an operation that is in use', () => {
  it('does not make the operation look idle, which would lose its counts', () => {
    const tracker = new SlaTracker({ clock: () => NOW });
    const request = { service: 'shop', operation: 'GET /', success: true, durationMillis: 1 };
    for (let count = 0; count < 3; count++) tracker.record({ ...request, endTimeMillis: NOW });
    tracker.record({ ...request, endTimeMillis: NOW - 30 * HOUR });
    assert.deepEqual(
      tracker.report().services.map(({ service, requests }) => [service, requests]),
      [['shop', 4]],
    );
  });

  it('is reported where it is the first of its operation', () => {
    const tracker = new SlaTracker({ clock: () => NOW });
    tracker.record({ service: 'shop', success: true, durationMillis: 1, endTimeMillis: NOW - 30 * HOUR });
    assert.equal(tracker.report().services[0]?.requests, 1);
  });

  it('does not keep an operation for ever that was used before the clock was set back', () => {
    let now = NOW;
    const tracker = new SlaTracker({ clock: () => now });
    tracker.record({ service: 'shop', success: true, durationMillis: 1, endTimeMillis: NOW });
    now -= 1000 * HOUR;
    tracker.report();
    now += 30 * HOUR;
    assert.deepEqual(tracker.report().services, []);
  });
});
