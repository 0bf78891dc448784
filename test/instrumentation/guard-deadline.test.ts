import assert from 'node:assert/strict';
import { Bulkhead } from '../../src/instrumentation/bulkhead.ts';
import { AdaptiveTimeout } from '../../src/instrumentation/adaptive-timeout.ts';
import { guard } from '../../src/instrumentation/guard.ts';
import { activeSignal, remainingMillis, withDeadline } from '../../src/time/ambient.ts';
import { errorOf, HeldWork, settle, watch } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';
import { Traced } from '../support/traced.ts';

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe('a guard under a deadline', () => {
  let time: StoppedClock;
  let traced: Traced;

  beforeEach(() => {
    time = new StoppedClock();
    traced = new Traced();
  });

  afterEach(() => {
    traced[Symbol.dispose]();
    time.restore();
  });

  for (const kind of ['bulkhead alone', 'timeout alone', 'both', 'neither'] as const) {
    const guards = (): { bulkhead?: Bulkhead; timeout?: AdaptiveTimeout } => ({
      ...(kind !== 'timeout alone' &&
        kind !== 'neither' && { bulkhead: new Bulkhead({ name: 'b', clock: time.clock }) }),
      ...(kind !== 'bulkhead alone' &&
        kind !== 'neither' && { timeout: new AdaptiveTimeout({ clock: time.clock, watch: 0 }) }),
    });

    it(`with ${kind}, waits no longer than that, and the slot is held until the work ends`, async () => {
      const { bulkhead, timeout } = guards();
      const work = new HeldWork();
      const charge = guard(() => work.run({ signal: activeSignal()! }), { operation: 'charge', bulkhead, timeout });
      const call = watch(withDeadline(50, charge));
      time.pass(49);
      await settle();
      assert.equal(call.outcome, 'pending');
      time.pass(1);
      await settle();
      assert.equal(codeOf(call.error), 'DEADLINE_EXCEEDED');
      assert.equal(work.signal?.aborted, true);
      assert.equal(bulkhead?.snapshot().overrun ?? 1, 1);
      work.finish();
      await settle();
      assert.equal(bulkhead?.snapshot().inFlight ?? 0, 0);
    });

    it(`with ${kind}, is refused without being called where it has passed`, async () => {
      const charge = guard(() => assert.fail('called'), { operation: 'charge', ...guards() });
      const error = await withDeadline(50, async () => {
        time.pass(50);
        return errorOf(traced.inSpan('caller', charge));
      });
      assert.equal(codeOf(error), 'DEADLINE_EXCEEDED');
      assert.deepEqual(traced.eventsOf('caller'), [
        {
          name: 'deadline.exceeded',
          attributes: {
            'resilience.operation': 'charge',
            'resilience.outcome': 'rejected',
            'resilience.remaining': 0,
          },
        },
      ]);
    });
  }

  it('is refused early, and takes no slot, where less is left than the median of the operation', async () => {
    const bulkhead = new Bulkhead({ name: 'b', clock: time.clock });
    const timeout = new AdaptiveTimeout({ clock: time.clock });
    for (let count = 0; count < 100; count++) timeout.record('charge', 200);
    time.pass(1_000);
    timeout.record('charge', 200);
    let called = 0;
    const charge = guard(() => ++called, { operation: 'charge', bulkhead, timeout });
    assert.equal(codeOf(await errorOf(withDeadline(150, charge))), 'DEADLINE_EXCEEDED');
    assert.equal(called, 0);
    assert.equal(bulkhead.snapshot().calls.success, 0);
    assert.equal(await withDeadline(250, charge), 1);
  });

  it('speaks against the dependency where it hung until then, and not where it was never called', async () => {
    const bulkhead = new Bulkhead({ name: 'b', clock: time.clock });
    const timeout = new AdaptiveTimeout({ clock: time.clock, watch: 0 });
    const work = new HeldWork();
    const charge = guard(() => work.run({ signal: activeSignal()! }), { operation: 'charge', bulkhead, timeout });
    const call = watch(withDeadline(50, charge));
    time.pass(50);
    await settle();
    assert.equal((call.error as { refused?: unknown }).refused, false);
    work.finish();
    await settle();
    const refused = await withDeadline(50, async () => {
      time.pass(50);
      return errorOf(charge());
    });
    assert.equal((refused as { refused?: unknown }).refused, true);
    const { calls, failures } = bulkhead.snapshot();
    assert.deepEqual([calls.timeout, calls.failure, failures], [1, 0, 1]);
  });

  it('hands the deadline on to guards inside, across awaits and parallel calls', async () => {
    const timeout = new AdaptiveTimeout({ clock: time.clock });
    const left = guard(
      async () => {
        await settle();
        return remainingMillis();
      },
      { operation: 'left', timeout },
    );
    const both = guard(() => Promise.all([left(), withDeadline(20, left)]), { operation: 'both', timeout });
    assert.deepEqual(await withDeadline(100, both), [100, 20]);
  });
});
