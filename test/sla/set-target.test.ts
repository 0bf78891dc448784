import assert from 'node:assert/strict';
import { ConfigurationError } from '../../src/errors.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { ledgerOf } from '../../src/sla/tracker.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9 };
const FAST: Objective = { name: 'fast', service: 'shop', metric: 'response_time', target: 100 };
const BUSY: Objective = { name: 'busy', service: 'shop', metric: 'throughput', target: 0.1 };
const CART: Objective = { name: 'cart', service: 'cart', metric: 'error_rate', target: 0.1 };

/** An hour of traffic: of every ten requests one fails and two are slow. */
function running(objectives: Objective[] = [AVAILABLE, FAST, BUSY, CART]): DrivenTracker {
  const driven = new DrivenTracker({ objectives });
  for (let minute = 0; minute < 60; minute++) {
    driven.send(7);
    driven.send(2, { durationMillis: 150 });
    driven.fail(1);
    driven.send(3, { service: 'cart' });
    driven.wait('1m');
  }
  return driven;
}

describe('setTarget', () => {
  it('adds an objective that counts from now on', () => {
    const driven = running();
    driven.tracker.setTarget({ ...AVAILABLE, name: 'later' });
    assert.deepEqual(driven.counts('later'), [0, 0]);
    driven.send(1);
    assert.deepEqual(
      [driven.counts('later'), driven.counts('available')],
      [
        [1, 0],
        [541, 60],
      ],
    );
  });

  it('keeps what was counted where only the target share changes', () => {
    const driven = running();
    const before = driven.objective('available');
    driven.tracker.setTarget({ ...AVAILABLE, target: 0.95 });
    const after = driven.objective('available');
    assert.deepEqual([after.good, after.bad, after.attained], [before.good, before.bad, before.attained]);
    assert.deepEqual([before.burnRates['5m'], after.burnRates['5m']], [1, 2]);
    assert.deepEqual([before.status, after.status], ['met', 'breached']);
    assert.equal(after.errorBudget.remainingRatio, -1);
  });

  it('keeps what was counted where the percentile changes', () => {
    const driven = running();
    driven.tracker.setTarget({ ...FAST, percentile: 0.5 });
    const { target, good, bad, status } = driven.objective('fast');
    assert.deepEqual([target, good, bad, status], [0.5, 420, 180, 'met']);
  });

  it('keeps what was counted where the window shrinks, as far as it reaches, and where it grows', () => {
    const driven = running();
    driven.tracker.setTarget({ ...AVAILABLE, window: '30m' });
    // The present minute, in which nothing came, is one of the thirty.
    assert.deepEqual(driven.counts('available'), [29 * 9, 29]);
    driven.tracker.setTarget({ ...AVAILABLE, window: '90d' });
    assert.deepEqual(driven.counts('available'), [540, 60]);
  });

  it('keeps what was counted where the least number of events or the slice ratio changes', () => {
    const driven = running();
    driven.tracker.setTarget({ ...AVAILABLE, minEvents: 1_000 });
    assert.deepEqual([driven.counts('available'), driven.objective('available').status], [[540, 60], 'no_data']);
    driven.tracker.setTarget({ ...BUSY, sliceRatio: 0.5 });
    assert.deepEqual(driven.counts('busy'), [60, 0]);
  });

  for (const [what, changed] of [
    ['the threshold', { ...FAST, target: 200 }],
    ['the operation', { ...FAST, operation: 'GET /' }],
    ['the kinds', { ...FAST, kind: 'server' }],
    ['the metric', { ...AVAILABLE, name: 'fast' }],
  ] as const)
    it(`starts anew where ${what} changes`, () => {
      const driven = running();
      driven.tracker.setTarget(changed);
      assert.deepEqual(driven.counts('fast'), [0, 0]);
      assert.deepEqual([driven.objective('fast').status, driven.objective('fast').attained], ['no_data', null]);
      driven.send(1);
      assert.deepEqual(driven.counts('fast'), [1, 0]);
    });

  it('starts anew where the slices of a throughput change', () => {
    for (const changed of [
      { ...BUSY, target: 0.2 },
      { ...BUSY, slice: '30s' },
    ] as const) {
      const driven = running();
      driven.tracker.setTarget(changed);
      assert.deepEqual(driven.counts('busy'), [0, 0]);
    }
  });

  it('moves to another service whole', () => {
    const driven = running();
    driven.tracker.setTarget({ ...AVAILABLE, service: 'cart' });
    assert.deepEqual(driven.counts('available', 'cart'), [0, 0]);
    assert.deepEqual(
      driven.service('shop').objectives.map(({ name }) => name),
      ['fast', 'busy'],
    );
  });

  it('changes nothing about the others: counts, burn rates, episodes and traces', () => {
    const driven = running();
    driven.fail(200, { traceId: 'a' });
    const others = (): unknown[] => [
      driven.objective('available'),
      driven.objective('busy'),
      driven.objective('cart', 'cart'),
    ];
    const before = others();
    driven.tracker.setTarget({ ...FAST, target: 200 });
    driven.tracker.setTarget({ ...FAST, name: 'another', window: '90d' });
    assert.deepEqual(others(), before);
  });

  it('goes on with the episode that lasts, and tells nobody again', () => {
    const driven = running();
    driven.fail(10);
    const before = driven.objective('available').violations;
    driven.tracker.setTarget({ ...AVAILABLE, target: 0.8999 });
    assert.deepEqual(driven.objective('available').violations, before);
    driven.fail(10);
    assert.equal(driven.told.filter(({ objective }) => objective === 'available').length, 1);
  });

  it('gives the histogram the new threshold as a bound, and takes the old one away', () => {
    const driven = running();
    const bounds = (): readonly number[] => ledgerOf(driven.tracker).boundsMillis;
    assert.ok(!bounds().includes(137));
    driven.tracker.setTarget({ ...FAST, target: 137 });
    assert.ok(bounds().includes(137));
    driven.tracker.setTarget({ ...FAST, target: 138 });
    assert.deepEqual([bounds().includes(137), bounds().includes(138)], [false, true]);
    assert.deepEqual(
      bounds(),
      [...bounds()].toSorted((a, b) => a - b),
    );
  });

  it('refuses what cannot be used, and leaves everything as it was', () => {
    const driven = running();
    const before = [driven.tracker.report(), driven.tracker.snapshot()];
    for (const wrong of [
      { ...AVAILABLE, target: 1 },
      { ...AVAILABLE, window: '1s' },
      { ...FAST, target: '2h' },
      { ...FAST, percentile: 95 },
      { ...BUSY, slice: '31d' },
      { ...AVAILABLE, metric: 'latency' },
      { ...AVAILABLE, tagret: 0.9 },
      {},
      null,
      'available',
    ])
      assert.throws(
        () => driven.tracker.setTarget(wrong as Objective),
        (error) =>
          error instanceof ConfigurationError && error.problems.every(({ path }) => path.startsWith('setTarget')),
      );
    assert.deepEqual([driven.tracker.report(), driven.tracker.snapshot()], before);
  });

  it('warns of what can never alert, for as long as it stands', () => {
    const driven = new DrivenTracker({ objectives: [{ ...AVAILABLE, target: 0.999 }] });
    assert.deepEqual(driven.tracker.snapshot().warnings, []);
    driven.tracker.setTarget({ ...AVAILABLE, target: 0.6, window: '90d' });
    assert.match(driven.tracker.snapshot().warnings.join(), /^objective 'available' .* can never be at risk/);
    driven.tracker.setTarget({ ...AVAILABLE, target: 0.999 });
    assert.deepEqual(driven.tracker.snapshot().warnings, []);
  });

  it('applies to requests of the very slot in which it was called', () => {
    const driven = new DrivenTracker({ objectives: [FAST] });
    driven.send(5, { durationMillis: 50 });
    driven.tracker.setTarget({ ...FAST, target: 20 });
    driven.send(5, { durationMillis: 50 });
    assert.deepEqual(driven.counts('fast'), [0, 5]);
  });
});
