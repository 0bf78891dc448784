import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9 };
const FAST: Objective = { name: 'fast', metric: 'response_time', target: 100, operation: '*' };
const OBJECTIVES = [AVAILABLE, FAST];
const FORMAT = 'opentelemetry-resilience/sla-state';

/** A process with a history. */
function lived(objectives: Objective[] = OBJECTIVES): DrivenTracker {
  const driven = new DrivenTracker({ objectives });
  driven.send(90);
  driven.fail(10, { traceId: 'a' });
  driven.send(5, { service: 'cart', operation: 'POST /items', kind: 'client', durationMillis: 500 });
  driven.wait('2h');
  return driven;
}

/** The next process, at the moment at which the one before it was saved. */
function next(before: DrivenTracker, objectives: Objective[] = OBJECTIVES): DrivenTracker {
  return new DrivenTracker({ objectives }, before.now);
}

describe('a restored state', () => {
  it('says how much continues', () => {
    const before = lived();
    assert.deepEqual(next(before).tracker.restoreState(before.tracker.saveState()), {
      restored: true,
      objectives: 3,
      series: 2,
      skipped: 0,
    });
  });

  it('continues the windows of objectives and requests, and not the counters', () => {
    const before = lived();
    const after = next(before);
    after.tracker.restoreState(before.tracker.saveState());
    assert.deepEqual(after.counts('available'), [90, 10]);
    assert.deepEqual(after.counts('fast POST /items', 'cart'), [0, 5]);
    const { requests, failures, responseTimeMillis } = after.service();
    assert.deepEqual([requests, failures, responseTimeMillis], [100, 10, null]);
    assert.equal(after.service('cart', 'client').requests, 5);
    assert.equal(after.tracker.snapshot().counted, 0);
  });

  it('adds to what the new process has counted already', () => {
    const before = lived();
    const after = next(before);
    after.send(10);
    after.tracker.restoreState(before.tracker.saveState());
    assert.deepEqual(after.counts('available'), [100, 10]);
  });

  it('forgets what has left the windows in the meantime', () => {
    const before = lived();
    const saved = before.tracker.saveState();
    before.wait('31d');
    const after = next(before);
    assert.equal(after.tracker.restoreState(saved).restored, true);
    assert.deepEqual([after.counts('available'), after.objective('available').status], [[0, 0], 'no_data']);
  });

  it('counts as now what lies ahead of a clock that was set back', () => {
    const before = lived();
    const saved = before.tracker.saveState();
    before.now -= 5 * 3_600_000;
    const after = next(before);
    after.tracker.restoreState(saved);
    assert.deepEqual(after.counts('available'), [90, 10]);
    assert.equal(after.objective('available').burnRates['1h'], 1);
  });

  it('skips objectives that are no longer declared or count by another rule, and says so', () => {
    const before = lived();
    const after = next(before, [{ ...FAST, target: 200 }]);
    assert.deepEqual(after.tracker.restoreState(before.tracker.saveState()), {
      restored: true,
      objectives: 0,
      series: 2,
      skipped: 3,
      reason: '3 saved objective(s) are no longer declared, or count by another rule',
    });
    assert.deepEqual(after.counts('fast POST /items', 'cart'), [0, 0]);
    assert.equal(after.service().requests, 100);
  });

  it('continues where only the target, the percentile or the window is another one', () => {
    const before = lived();
    const changed: Objective[] = [
      { ...AVAILABLE, target: 0.5, window: '90d', minEvents: 7 },
      { ...FAST, percentile: 0.5 },
    ];
    const after = next(before, changed);
    assert.equal(after.tracker.restoreState(before.tracker.saveState()).skipped, 0);
    assert.deepEqual([after.counts('available'), after.objective('available').target], [[90, 10], 0.5]);
    assert.equal(after.objective('fast POST /items', 'cart').target, 0.5);
  });

  it('continues an episode that lasts, with its traces, and lets it end', () => {
    const before = lived();
    before.fail(10, { traceId: 'b' });
    const saved = before.tracker.saveState();
    const after = next(before);
    after.tracker.restoreState(saved);
    const [violation, ...more] = after.objective('available').violations;
    assert.deepEqual([violation, more], [before.told.find(({ objective }) => objective === 'available'), []]);
    assert.deepEqual(violation?.traceIds, ['b', 'a']);
    after.wait('8h');
    after.send(900);
    const { status, violations } = after.objective('available');
    assert.deepEqual([status, violations.length, violations[0]?.endedAt], ['met', 1, '2026-01-15T22:00:00.000Z']);
    assert.equal(after.told.length, 0);
  });

  it('goes through any number of processes', () => {
    let driven = lived();
    for (let restarts = 0; restarts < 5; restarts++) {
      const saved = driven.tracker.saveState();
      driven = next(driven);
      driven.tracker.restoreState(saved);
      driven.send(10);
      driven.wait('1h');
    }
    assert.deepEqual(driven.counts('available'), [140, 10]);
  });

  it('is the same state again when nothing has happened', () => {
    const before = lived();
    const saved = before.tracker.saveState();
    const after = next(before);
    after.tracker.restoreState(saved);
    // What was observed is in two stretches now.
    const objectives = (json: string): unknown =>
      JSON.parse(json, (key, value: unknown) => (key === 'coverage' ? undefined : value)).objectives;
    assert.deepEqual(objectives(after.tracker.saveState()), objectives(saved));
  });
});

describe('a state that is none', () => {
  const refused: readonly (readonly [what: string, json: unknown, reason: RegExp])[] = [
    ['nothing', '', /^not JSON, perhaps cut off: /],
    ['words', 'no state', /^not JSON/],
    ['undefined', undefined, /^not JSON/],
    ['a symbol', Symbol('state'), /^not JSON/],
    ['an object', {}, /^not JSON/],
    ['a number', 5, /^not a state of this package: no format/],
    ['null', null, /^not a state of this package/],
    ['JSON null', 'null', /^not a state of this package/],
    ['a string', '"state"', /^not a state of this package/],
    ['an array', '[]', /^not a state of this package/],
    ['an empty object', '{}', /^not a state of this package/],
    [
      'that of another program',
      '{"format":"grafana/state","version":1}',
      /no format 'opentelemetry-resilience\/sla-state'$/,
    ],
    ['one without a version', `{"format":"${FORMAT}"}`, /^a state of version undefined; this is version 1$/],
    ['one of a later version', `{"format":"${FORMAT}","version":2}`, /^a state of version 2; this is version 1$/],
    [
      'one of a version in words',
      `{"format":"${FORMAT}","version":"1"}`,
      /^a state of version "1"; this is version 1$/,
    ],
    ['one without parts', `{"format":"${FORMAT}","version":1}`, /^a damaged state/],
    [
      'one that names the prototype',
      `{"__proto__":{"format":"${FORMAT}","version":1}}`,
      /^not a state of this package/,
    ],
  ];

  for (const [what, json, reason] of refused)
    it(`is refused with a reason: ${what}`, () => {
      const driven = lived();
      const before = [driven.tracker.report(), driven.tracker.saveState()];
      const result = driven.tracker.restoreState(json as string);
      assert.match(result.reason ?? '', reason);
      assert.deepEqual(
        { ...result, reason: '' },
        { restored: false, objectives: 0, series: 0, skipped: 0, reason: '' },
      );
      assert.deepEqual([driven.tracker.report(), driven.tracker.saveState()], before);
    });

  it('is refused wherever it was cut off, and changes nothing', () => {
    const saved = lived().tracker.saveState();
    const driven = lived();
    const before = driven.tracker.report();
    for (let length = 0; length < saved.length; length++) {
      const { restored, reason } = driven.tracker.restoreState(saved.slice(0, length));
      assert.equal(restored, false, `cut off at ${length}`);
      assert.match(reason ?? '', /^not JSON, perhaps cut off: /);
    }
    assert.deepEqual(driven.tracker.report(), before);
    assert.equal(driven.tracker.restoreState(saved).restored, true);
  });
});
