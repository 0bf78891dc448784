import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9, window: '1h' };

/** An objective of a tracker that has seen 90 good requests and ten bad ones: one more bad one breaks it. */
function atTheEdge(objective: Objective = AVAILABLE): DrivenTracker {
  const driven = new DrivenTracker({ objectives: [objective] });
  driven.send(90);
  driven.fail(10);
  assert.equal(driven.objective('available').status, 'met');
  return driven;
}

describe('a violation', () => {
  it('opens on the very event that breaks the objective, and tells its facts', () => {
    const driven = atTheEdge();
    assert.equal(driven.told.length, 0);
    driven.fail(1);
    assert.deepEqual(driven.told, [
      {
        objective: 'available',
        metric: 'availability',
        service: 'shop',
        startedAt: '2026-01-15T12:00:00.000Z',
        endedAt: null,
        target: 0.9,
        attained: 90 / 101,
        good: 90,
        bad: 11,
        traceIds: [],
      },
    ]);
    assert.ok(Object.isFrozen(driven.told[0]));
  });

  it('names the operation where the objective has one', () => {
    const driven = new DrivenTracker({ objectives: [{ ...AVAILABLE, operation: 'GET *' }] });
    driven.fail(1);
    assert.deepEqual([driven.told[0]?.objective, driven.told[0]?.operation], ['available GET /', 'GET /']);
  });

  it('is told once an episode, however many bad events follow', () => {
    const driven = atTheEdge();
    driven.fail(500);
    driven.wait('10m');
    driven.fail(500);
    driven.tracker.report();
    assert.equal(driven.told.length, 1);
  });

  it('stands open in the report until the objective is met again, and closed after', () => {
    const driven = atTheEdge();
    driven.fail(1);
    assert.deepEqual(driven.objective('available').violations, driven.told);
    driven.wait('10m');
    driven.send(200);
    const { status, violations } = driven.objective('available');
    assert.equal(status, 'met');
    assert.deepEqual(violations, [{ ...driven.told[0], endedAt: '2026-01-15T12:10:00.000Z' }]);
  });

  it('does not close until a twentieth of the budget is back', () => {
    const driven = atTheEdge({ ...AVAILABLE, window: '30d' });
    driven.fail(1);
    driven.wait('7h');
    driven.send(9);
    const standing = (): unknown[] => {
      const { status, violations } = driven.objective('available');
      return [status, violations.map(({ endedAt }) => endedAt)];
    };
    assert.deepEqual(standing(), ['at_risk', [null]]);
    driven.fail(1);
    assert.deepEqual(standing(), ['breached', [null]]);
    driven.wait('7h');
    driven.send(15);
    assert.deepEqual(standing(), ['at_risk', [null]]);
    driven.send(1);
    assert.deepEqual(standing(), ['met', ['2026-01-16T02:00:00.000Z']]);
    assert.equal(driven.told.length, 1);
  });

  it('does not close when too little is known', () => {
    const driven = atTheEdge({ ...AVAILABLE, minEvents: 50 });
    driven.fail(1);
    driven.wait('2h');
    driven.send(40);
    const { status, violations } = driven.objective('available');
    assert.deepEqual([status, violations[0]?.endedAt], ['no_data', null]);
    driven.send(10);
    assert.equal(driven.objective('available').status, 'met');
    assert.equal(driven.objective('available').violations[0]?.endedAt, '2026-01-15T14:00:00.000Z');
  });

  it('does not open under the least number of events', () => {
    const driven = new DrivenTracker({ objectives: [{ ...AVAILABLE, minEvents: 10 }] });
    driven.fail(9);
    assert.deepEqual([driven.objective('available').status, driven.told.length], ['no_data', 0]);
    driven.fail(1);
    assert.deepEqual([driven.objective('available').status, driven.told.length], ['breached', 1]);
  });

  it('is followed by another, and the report knows the latest ten, newest first', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    for (let episode = 0; episode < 12; episode++) {
      driven.fail(1);
      driven.wait('2h');
      driven.send(1);
      assert.equal(driven.objective('available').status, 'met');
    }
    const { violations } = driven.objective('available');
    assert.equal(driven.told.length, 12);
    assert.equal(violations.length, 10);
    assert.deepEqual(
      [violations[0]?.startedAt, violations[9]?.startedAt],
      ['2026-01-16T10:00:00.000Z', '2026-01-15T16:00:00.000Z'],
    );
  });

  it('opens by time alone: what was good has left the window', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.send(100);
    driven.wait('30m');
    driven.fail(1);
    assert.equal(driven.told.length, 0);
    driven.wait('40m');
    assert.equal(driven.objective('available').status, 'breached');
    assert.equal(driven.told.length, 1);
  });

  it('is told of each objective that breaks', () => {
    const objectives: Objective[] = [
      AVAILABLE,
      { name: 'fast', service: 'shop', metric: 'response_time', target: 100 },
      { name: 'errors', service: 'shop', metric: 'error_rate', target: 0.5 },
    ];
    const driven = new DrivenTracker({ objectives });
    driven.send(1, { durationMillis: 500 });
    driven.fail(1);
    driven.send(1);
    assert.deepEqual(
      driven.told.map(({ objective, metric, target }) => [objective, metric, target]),
      [
        ['fast', 'response_time', 0.95],
        ['available', 'availability', 0.9],
      ],
    );
  });
});

describe('the trace ids of bad requests', () => {
  it('stand with the violation, the very request first', () => {
    const driven = atTheEdge();
    for (const traceId of ['a', 'b']) driven.fail(1, { traceId });
    assert.deepEqual(driven.told[0]?.traceIds, ['a']);
    assert.deepEqual(driven.objective('available').traceIds, ['b', 'a']);
  });

  it('are sampled ones first, five at most, each newest first', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    for (const [traceId, sampled] of [
      ['a', true],
      ['b', false],
      ['c', true],
      ['d', false],
      ['e', false],
      ['f', false],
    ] as const)
      driven.fail(1, { traceId, sampled });
    assert.deepEqual(driven.objective('available').traceIds, ['c', 'a', 'f', 'e', 'd']);
    for (const traceId of ['g', 'h', 'i', 'j']) driven.fail(1, { traceId });
    assert.deepEqual(driven.objective('available').traceIds, ['j', 'i', 'h', 'g', 'c']);
  });

  it('are those of slow successes for a response time, and of no good request', () => {
    const driven = new DrivenTracker({
      objectives: [{ name: 'fast', service: 'shop', metric: 'response_time', target: 100 }],
    });
    driven.send(1, { traceId: 'quick', durationMillis: 100 });
    driven.send(1, { traceId: 'slow', durationMillis: 100.5 });
    driven.fail(1, { traceId: 'quick failure', durationMillis: 1 });
    assert.deepEqual(driven.objective('fast').traceIds, ['quick failure', 'slow']);
  });
});
