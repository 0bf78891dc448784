import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  BULKHEAD_STATES,
  capacityOf,
  type CompartmentEvent,
  type CompartmentPolicy,
  type CompartmentState,
  HEALTHY,
  next,
} from '../../src/bulkhead/compartment.ts';

const policy: CompartmentPolicy = {
  maxConcurrent: 10,
  failureThreshold: 5,
  isolationThreshold: 10,
  recoveryMillis: 100,
  degradedRatio: 0.5,
};

function after(...events: readonly (readonly [now: number, event: CompartmentEvent])[]): CompartmentState {
  return events.reduce((state, [now, event]) => next(state, event, now, policy), HEALTHY);
}

const failed = (failures: number): CompartmentEvent => ({ kind: 'failed', failures });
const looked = (failures: number): CompartmentEvent => ({ kind: 'looked', failures });
const succeeded: CompartmentEvent = { kind: 'succeeded' };

describe('a compartment', () => {
  it('degrades at the threshold, and is healthy again at half of it', () => {
    assert.equal(after([0, failed(4)]), HEALTHY);
    const degraded = after([0, failed(5)]);
    assert.equal(degraded.kind, 'degraded');
    assert.equal(next(degraded, looked(3), 1, policy), degraded);
    assert.equal(next(degraded, looked(2), 1, policy), HEALTHY);
    assert.equal(next(degraded, succeeded, 1, policy), degraded);
  });

  it('is isolated at the threshold, also without having been degraded', () => {
    assert.deepEqual(after([7, failed(10)]), { kind: 'isolated', until: 107, attempt: 1 });
    const single = { ...policy, failureThreshold: 9, isolationThreshold: 1 };
    assert.equal(next(HEALTHY, failed(1), 0, single).kind, 'isolated');
  });

  it('recovers from the moment on at which its time is up', () => {
    const isolated = after([0, failed(10)]);
    assert.equal(next(isolated, looked(0), 99.9, policy), isolated);
    assert.deepEqual(next(isolated, looked(0), 100, policy), { kind: 'recovering', capacity: 1, attempt: 1 });
  });

  it('doubles what it lets in with every success, up to all', () => {
    let state = after([0, failed(10)], [100, looked(0)]);
    const capacities = [capacityOf(state, policy)];
    while (state.kind === 'recovering') {
      state = next(state, succeeded, 100, policy);
      capacities.push(capacityOf(state, policy));
    }
    assert.deepEqual([capacities, state], [[1, 2, 4, 8, 10], HEALTHY]);
  });

  it('begins anew with the recovery time after it was healthy, or was isolated by hand', () => {
    const again = after([0, failed(10)], [100, looked(0)], [100, failed(1)]);
    assert.deepEqual(again, { kind: 'isolated', until: 300, attempt: 2 });
    assert.deepEqual(next(again, { kind: 'isolated_by_hand' }, 150, policy), {
      kind: 'isolated',
      until: 250,
      attempt: 1,
    });
    assert.equal(next(again, { kind: 'reset_by_hand' }, 150, policy), HEALTHY);
  });

  it('has at least one slot while degraded, and the exact share otherwise', () => {
    const degraded: CompartmentState = { kind: 'degraded' };
    const slots = (maxConcurrent: number, degradedRatio: number): number =>
      capacityOf(degraded, { ...policy, maxConcurrent, degradedRatio });
    assert.deepEqual([slots(1, 0.5), slots(3, 0.5), slots(100, 0.29), slots(7, 1), slots(10, 0.01)], [1, 1, 29, 7, 1]);
  });

  it('never has more slots than it was given, whatever happens', () => {
    const failures = fc.nat({ max: 20 });
    const event = fc.oneof(
      failures.map(failed),
      failures.map(looked),
      fc.constantFrom<CompartmentEvent>(succeeded, { kind: 'isolated_by_hand' }, { kind: 'reset_by_hand' }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat({ max: 400 }))), fc.integer({ min: 1, max: 20 }), (steps, max) => {
        const own = { ...policy, maxConcurrent: max };
        let [state, now] = [HEALTHY, 0];
        for (const [each, millis] of steps) {
          now += millis;
          state = next(state, each, now, own);
          const capacity = capacityOf(state, own);
          assert.ok(Number.isInteger(capacity) && capacity <= max && BULKHEAD_STATES.includes(state.kind));
          assert.equal(capacity === 0, state.kind === 'isolated');
          if (state.kind === 'isolated') assert.ok(state.until - now <= 8 * own.recoveryMillis);
        }
      }),
    );
  });
});
