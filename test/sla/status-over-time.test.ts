import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import type { SlaStatus } from '../../src/sla/status.ts';
import type { Duration } from '../../src/time/duration.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.99 };

/** Steady traffic: every interval so many requests, of which so many fail. Gives the status after each. */
function steady(
  driven: DrivenTracker,
  interval: Duration,
  { times, sent, failing = 0 }: { times: number; sent: number; failing?: number },
): SlaStatus[] {
  return Array.from({ length: times }, () => {
    driven.wait(interval);
    driven.send(sent - failing);
    driven.fail(failing);
    return driven.objective('available').status;
  });
}

describe('an objective over time', () => {
  it('is at risk as soon as the last hour and the last five minutes burn faster than 14.4', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    steady(driven, '1m', { times: 3 * 1_440, sent: 10 });
    // Two of ten fail: after m minutes that is 2m of the 600 of the last hour, a burn rate of m / 3.
    const statuses = steady(driven, '1m', { times: 50, sent: 10, failing: 2 });
    assert.deepEqual([statuses.indexOf('at_risk'), statuses.lastIndexOf('met')], [43, 42]);
    const { burnRates, attained } = driven.objective('available');
    assert.deepEqual([burnRates['5m'], burnRates['1h']?.toFixed(6)], [20, '16.666667']);
    assert.ok(attained! > 0.99);
    assert.equal(driven.told.length, 0);
  });

  it('is met again minutes after it burns no more, though the hour still remembers', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    steady(driven, '1m', { times: 3 * 1_440, sent: 10 });
    steady(driven, '1m', { times: 50, sent: 10, failing: 2 });
    // Of the fifty of five minutes 8, then 6 have failed: burn rates of 16 and 12, where 12.96 ends it.
    assert.deepEqual(steady(driven, '1m', { times: 2, sent: 10 }), ['at_risk', 'met']);
    assert.ok(driven.objective('available').burnRates['1h']! > 14.4);
  });

  it('is at risk by a slow burn of three days that no shorter pair sees', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    steady(driven, '1h', { times: 30 * 24, sent: 100 });
    // Two of a hundred fail: after h hours that is 2h of the 7200 of three days, a burn rate of h / 36.
    const statuses = steady(driven, '1h', { times: 40, sent: 100, failing: 2 });
    assert.deepEqual([statuses.indexOf('at_risk'), statuses.lastIndexOf('met')], [36, 35]);
  });

  it('is no_data first, then met, breached, and no_data again when all is forgotten', () => {
    const driven = new DrivenTracker({ objectives: [{ ...AVAILABLE, minEvents: 3 }] });
    const seen = [driven.objective('available').status];
    driven.send(2);
    seen.push(driven.objective('available').status);
    driven.send(1);
    seen.push(driven.objective('available').status);
    driven.fail(1);
    seen.push(driven.objective('available').status);
    driven.wait('31d');
    const { status, attained, errorBudget, burnRates } = driven.objective('available');
    assert.deepEqual([...seen, status], ['no_data', 'no_data', 'met', 'breached', 'no_data']);
    assert.deepEqual([attained, errorBudget.remainingRatio, errorBudget.exhaustedInMillis], [null, null, null]);
    assert.deepEqual(new Set(Object.values(burnRates)), new Set([null]));
  });

  it('makes its service as bad as the worst of what is known', () => {
    const driven = new DrivenTracker({
      objectives: [AVAILABLE, { name: 'slow', service: 'shop', metric: 'response_time', target: 1, minEvents: 100 }],
    });
    driven.send(1);
    assert.deepEqual([driven.service().status, driven.objective('slow').status], ['met', 'no_data']);
    driven.fail(1);
    assert.equal(driven.service().status, 'breached');
  });
});
