import assert from 'node:assert/strict';
import { SlaTracker } from '../../src/sla/tracker.ts';
import { NOW } from '../support/spans.ts';

describe('the first request of a process', () => {
  it('is late where it ended before the longest window began', () => {
    const tracker = new SlaTracker({ clock: () => NOW });
    tracker.record({ service: 'shop', success: true, durationMillis: 1, endTimeMillis: NOW - 31 * 86_400_000 });
    assert.deepEqual([tracker.snapshot().late, tracker.snapshot().counted], [1, 0]);
  });
});
