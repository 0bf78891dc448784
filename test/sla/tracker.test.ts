import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import type { OperationRecord } from '../../src/sla/reading.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';
import { DrivenTracker, NOON } from '../support/driven-tracker.ts';

const DAY = 86_400_000;
const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9 };

/** What became of requests, where it is anything but nothing. */
function fates(tracker: SlaTracker): Record<string, number> {
  const { counted, dropped, late, invalid, ignored, failed } = tracker.snapshot();
  const all = Object.entries({ counted, dropped, late, invalid, ignored, failed });
  return Object.fromEntries(all.filter(([, count]) => count > 0));
}

function fateOf(record: unknown): Record<string, number> {
  const tracker = new SlaTracker({ clock: () => NOON, ignore: [{ operation: 'GET /health*' }] });
  tracker.record(record as OperationRecord);
  return fates(tracker);
}

describe('a record', () => {
  const good = { service: 'shop', operation: 'GET /', success: true, durationMillis: 10 };
  const trap = {
    ...good,
    get durationMillis(): number {
      throw new Error('trapped');
    },
  };

  const table: readonly (readonly [what: string, record: unknown, fate: string])[] = [
    ['that is complete', { ...good, kind: 'client', endTimeMillis: NOON, traceId: 'a', sampled: false }, 'counted'],
    ['without what has a default', { service: 'shop', success: false, durationMillis: 0 }, 'counted'],
    ['of the longest duration', { ...good, durationMillis: 3_600_000 }, 'counted'],
    ['of a longer duration', { ...good, durationMillis: 3_600_000.001 }, 'invalid'],
    ['of a negative duration', { ...good, durationMillis: -0.001 }, 'invalid'],
    ['of an endless duration', { ...good, durationMillis: Infinity }, 'invalid'],
    ['of a duration that is not a number', { ...good, durationMillis: NaN }, 'invalid'],
    ['without a duration', { ...good, durationMillis: undefined }, 'invalid'],
    ['that ended in the future', { ...good, endTimeMillis: NOON + 400 * DAY }, 'counted'],
    ['that ended when the window began', { ...good, endTimeMillis: NOON - 30 * DAY + 5_000 }, 'counted'],
    ['that ended before', { ...good, endTimeMillis: NOON - 30 * DAY - 1 }, 'late'],
    ['that ended before time', { ...good, endTimeMillis: -1 }, 'invalid'],
    ['that never ended', { ...good, endTimeMillis: Infinity }, 'invalid'],
    ['of no time', { ...good, endTimeMillis: NaN }, 'invalid'],
    ['without a service', { ...good, service: undefined }, 'invalid'],
    ['of a service without a name', { ...good, service: '' }, 'invalid'],
    ['of a service that is no name', { ...good, service: { name: 'shop' } }, 'invalid'],
    ['that neither succeeded nor failed', { ...good, success: undefined }, 'invalid'],
    ['that succeeded in words', { ...good, success: 'true' }, 'invalid'],
    ['of an unknown kind', { ...good, kind: 'SERVER' }, 'invalid'],
    ['of a kind by number', { ...good, kind: 1 }, 'invalid'],
    ['of no kind', { ...good, kind: null }, 'invalid'],
    ['of an operation that is no name', { ...good, operation: 5 }, 'counted'],
    ['that is to be ignored', { ...good, operation: 'GET /healthz' }, 'ignored'],
    ['that cannot be read', trap, 'failed'],
    ['that is missing', undefined, 'failed'],
    ['that is null', null, 'failed'],
    ['that is a string', 'shop', 'invalid'],
    ['that is a function', () => good, 'invalid'],
  ];
  for (const [what, record, fate] of table)
    it(`${what} is ${fate}`, () => assert.deepEqual(fateOf(record), { [fate]: 1 }));

  it('counts as the server side of an unknown operation that ended now, unless it says otherwise', () => {
    const driven = new DrivenTracker({}, NOON + 1);
    driven.tracker.record({ service: 'shop', success: true, durationMillis: 5 });
    const { kind, operations } = driven.service();
    assert.deepEqual([kind, operations[0]?.operation], ['server', 'unknown']);
    driven.wait('5m');
    assert.equal(driven.service().throughputPerSecond, 0);
  });

  it('that ended in the future counts as now', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.fail(1, { endTimeMillis: NOON + DAY });
    assert.equal(driven.objective('available').burnRates['5m'], 10);
    driven.wait('6m');
    assert.equal(driven.objective('available').burnRates['5m'], null);
  });

  it('of a long name is cut, and found under it again', () => {
    const driven = new DrivenTracker({ maxSeries: 2 });
    const name = 'x'.repeat(1_000_000);
    driven.send(3, { service: name, operation: name });
    const [service] = driven.tracker.report().services;
    assert.equal(service?.requests, 3);
    assert.deepEqual([service?.service.length, service?.operations[0]?.operation?.length], [256, 256]);
    assert.equal(driven.tracker.snapshot().series, 1);
  });
});

describe('a tracker', () => {
  it('counts without a single option, and takes the wall clock', () => {
    const tracker = new SlaTracker();
    tracker.record({ service: 'shop', success: true, durationMillis: 1 });
    assert.equal(tracker.report().services[0]?.requests, 1);
    assert.ok(Math.abs(Date.parse(tracker.report().generatedAt) - Date.now()) < 60_000);
  });

  it('gives no verdict under ten events, unless told otherwise', () => {
    const tracker = new SlaTracker({ objectives: [AVAILABLE], clock: () => NOON });
    const status = (): string | undefined => tracker.report().services[0]?.objectives[0]?.status;
    for (let sent = 0; sent < 9; sent++) tracker.record({ service: 'shop', success: true, durationMillis: 1 });
    assert.equal(status(), 'no_data');
    tracker.record({ service: 'shop', success: true, durationMillis: 1 });
    assert.equal(status(), 'met');
  });

  it('gives frozen snapshots of what it holds', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    const before = driven.tracker.snapshot();
    driven.send(3);
    driven.fail(1, { service: 'cart' });
    const { memoryBytes, warnings, ...rest } = driven.tracker.snapshot();
    assert.deepEqual(rest, {
      series: 2,
      maxSeries: 1_000,
      objectives: 1,
      counted: 4,
      dropped: 0,
      late: 0,
      invalid: 0,
      ignored: 0,
      failed: 0,
    });
    assert.ok(memoryBytes > before.memoryBytes && before.memoryBytes > 0);
    assert.ok(Object.isFrozen(before) && Object.isFrozen(warnings));
    assert.deepEqual([before.counted, warnings.length], [0, 1]);
  });

  it('turns each metric into good and bad events', () => {
    const driven = new DrivenTracker({
      objectives: [
        AVAILABLE,
        { name: 'errors', service: 'shop', metric: 'error_rate', target: 0.1 },
        { name: 'fast', service: 'shop', metric: 'response_time', target: '300ms' },
        { name: 'busy', service: 'shop', metric: 'throughput', target: 0.1 },
      ],
    });
    driven.send(5, { durationMillis: 300 });
    driven.send(2, { durationMillis: 300.001 });
    driven.fail(1, { durationMillis: 1 });
    driven.wait('1m');
    assert.deepEqual(
      driven.service().objectives.map(({ metric, good, bad }) => [metric, good, bad]),
      [
        ['availability', 7, 1],
        ['error_rate', 7, 1],
        ['response_time', 5, 3],
        ['throughput', 1, 0],
      ],
    );
  });

  it('answers at once after an idle gap of years', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.fail(5);
    driven.wait('3650d');
    assert.deepEqual(driven.counts('available'), [0, 0]);
    driven.send(1);
    assert.deepEqual([driven.counts('available'), driven.objective('available').status], [[1, 0], 'met']);
  });
});
