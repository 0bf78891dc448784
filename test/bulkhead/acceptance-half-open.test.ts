import assert from 'node:assert/strict';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import type { BulkheadRejectedError } from '../../src/bulkhead/errors.ts';
import { errorOf, HeldWork, settle, watch } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';

describe('the states of a bulkhead', () => {
  let time: StoppedClock;
  const make = (options: Partial<ConstructorParameters<typeof Bulkhead>[0]> = {}): Bulkhead =>
    new Bulkhead({ name: 'payment', maxConcurrent: 10, clock: time.clock, ...options });
  const fail = async (bulkhead: Bulkhead, times: number): Promise<void> => {
    for (let each = 0; each < times; each++) await errorOf(bulkhead.run(() => Promise.reject(new Error('down'))));
  };

  beforeEach(() => {
    time = new StoppedClock();
  });
  afterEach(() => time.restore());

  it("15 exactly the ramp's number of probes get in under concurrency", async () => {
    const bulkhead = make();
    await fail(bulkhead, 10);
    time.pass(30_000);
    for (const probes of [1, 2, 4, 8]) {
      const works = Array.from({ length: 30 }, () => new HeldWork());
      const seen = works.map((work) => watch(bulkhead.run(work.run)));
      await settle();
      assert.equal(bulkhead.state, 'recovering');
      assert.equal(
        works.reduce((sum, { starts }) => sum + starts, 0),
        probes,
      );
      const rejected = seen.filter(({ outcome }) => outcome === 'rejected');
      assert.equal(rejected.length, 30 - probes);
      for (const { error } of rejected) assert.equal((error as BulkheadRejectedError).reason, 'recovering');
      // One success doubles the ramp; the other probes give up, which says nothing.
      const started = works.filter(({ starts }) => starts > 0);
      for (const work of started.slice(1)) work.fail(new DOMException('enough', 'AbortError'));
      await settle();
      started[0]?.finish();
      await settle();
    }
    assert.deepEqual([bulkhead.state, bulkhead.snapshot().failures, bulkhead.snapshot().inFlight], ['healthy', 0, 0]);
  });

  it('16 an aborted probe does not wedge it', async () => {
    const bulkhead = make();
    await fail(bulkhead, 10);
    time.pass(30_000);
    for (let round = 0; round < 3; round++) {
      const controller = new AbortController();
      const probe = errorOf(bulkhead.run(() => new Promise(() => {}), { signal: controller.signal }));
      assert.equal(((await errorOf(bulkhead.run(() => 1))) as BulkheadRejectedError).reason, 'recovering');
      controller.abort();
      await probe;
    }
    // Their work never ends and keeps its slots, yet another probe gets in.
    assert.deepEqual([bulkhead.state, bulkhead.snapshot().inFlight, bulkhead.snapshot().overrun], ['recovering', 3, 3]);
    assert.equal(await bulkhead.run(() => 'well'), 'well');
    assert.equal(bulkhead.snapshot().capacity, 2);
  });

  it('degrades, isolates with the queue rejected, and says when to come back', async () => {
    const bulkhead = make({ maxQueue: 5 });
    await fail(bulkhead, 4);
    assert.equal(bulkhead.state, 'healthy');
    await fail(bulkhead, 1);
    assert.deepEqual([bulkhead.state, bulkhead.snapshot().capacity], ['degraded', 5]);
    const works = Array.from({ length: 7 }, () => new HeldWork());
    const seen = works.map((work) => watch(bulkhead.run(work.run)));
    for (const work of works.slice(0, 5)) work.fail();
    await settle();
    assert.equal(bulkhead.state, 'isolated');
    // Slots were granted to those two as others failed, but nothing begins in an isolated compartment.
    for (const { error } of seen.slice(5)) assert.equal((error as BulkheadRejectedError).reason, 'isolated');
    assert.deepEqual([works[5]?.starts, works[6]?.starts, bulkhead.snapshot().inFlight], [0, 0, 0]);
    time.pass(10_000);
    const error = (await errorOf(bulkhead.run(() => 1))) as BulkheadRejectedError;
    assert.deepEqual([error.reason, error.state, error.retryAfterMillis], ['isolated', 'isolated', 20_000]);
  });

  it('rejects whoever waits when it is isolated, and never when it is only degraded', async () => {
    const bulkhead = make({ maxConcurrent: 1, maxQueue: 5 });
    const work = new HeldWork();
    void bulkhead.run(work.run);
    const waiting = errorOf(bulkhead.run(work.run));
    bulkhead.isolate();
    assert.equal(((await waiting) as BulkheadRejectedError).reason, 'isolated');
    assert.deepEqual([work.starts, bulkhead.snapshot().inFlight], [1, 1]);
  });

  it('isolates again for twice the time when a probe fails, at most eight times as long', async () => {
    const bulkhead = make({ isolationThreshold: 1 });
    await fail(bulkhead, 1);
    for (const factor of [1, 2, 4, 8, 8]) {
      assert.equal(bulkhead.snapshot().retryAfterMillis, 30_000 * factor);
      time.pass(30_000 * factor - 1);
      assert.equal(bulkhead.state, 'isolated');
      time.pass(1);
      assert.equal(bulkhead.state, 'recovering');
      await fail(bulkhead, 1);
    }
  });

  it('becomes healthy by itself when the failures have left the window, and tells of it', async () => {
    const bulkhead = make();
    const told: string[] = [];
    bulkhead.onTransition(({ from, to }) => told.push(`${from} to ${to}`));
    await fail(bulkhead, 3);
    time.pass(30_000);
    await fail(bulkhead, 2);
    time.pass(29_000);
    assert.deepEqual(told, ['healthy to degraded']);
    time.pass(2_000);
    assert.deepEqual(told, ['healthy to degraded', 'degraded to healthy']);
    assert.deepEqual(bulkhead.snapshot().transitions, [
      { from: 'healthy', to: 'degraded', count: 1 },
      { from: 'degraded', to: 'healthy', count: 1 },
    ]);
    time.pass(60_000);
    assert.equal(time.timers, 0);
  });

  it('moves on by the clock at call time where timers are late', async () => {
    let now = 0;
    const bulkhead = make({ clock: () => now, isolationThreshold: 1 });
    await fail(bulkhead, 1);
    now = 30_000;
    assert.equal(await bulkhead.run(() => 'probe'), 'probe');
    assert.equal(bulkhead.state, 'recovering');
  });

  it('counts timeouts as failures, but neither rejections nor cancellations nor what isFailure spares', async () => {
    const asked: unknown[] = [];
    const bulkhead = make({
      isFailure: (error) => {
        asked.push(error);
        if (error === 'odd') throw new Error('no idea');
        return error !== 'spared';
      },
    });
    const errors = [
      Object.assign(new Error('slow'), { code: 'OPERATION_TIMEOUT' }),
      new DOMException('slow', 'TimeoutError'),
      new DOMException('enough', 'AbortError'),
      Object.assign(new Error('full'), { code: 'BULKHEAD_REJECTED' }),
      'spared',
      'counted',
      'odd',
      null,
    ];
    // oxlint would have only errors thrown; others do throw anything.
    for (const error of errors) await errorOf(bulkhead.run(() => Promise.reject(error as Error)));
    assert.deepEqual(asked, ['spared', 'counted', 'odd', null]);
    const { calls, failures, thrown } = bulkhead.snapshot();
    assert.deepEqual([calls.timeout, calls.cancelled, calls.success, calls.failure], [2, 2, 1, 3]);
    assert.deepEqual([failures, thrown, bulkhead.state], [5, 1, 'degraded']);
  });

  it('does not count what began before an isolation or a reset against what came after', async () => {
    const bulkhead = make({ isolationThreshold: 2, failureThreshold: 2 });
    const works = [new HeldWork(), new HeldWork(), new HeldWork()];
    for (const work of works) void errorOf(bulkhead.run(work.run));
    bulkhead.isolate();
    works[0]?.fail();
    time.pass(30_000);
    works[1]?.fail();
    await settle();
    assert.equal(bulkhead.state, 'recovering');
    bulkhead.reset();
    works[2]?.fail();
    await settle();
    assert.deepEqual([bulkhead.state, bulkhead.snapshot().failures], ['healthy', 0]);
  });

  it('lends permits, each to be released once', async () => {
    const bulkhead = make({ maxConcurrent: 1, maxQueue: 1, isolationThreshold: 2 });
    const permit = await bulkhead.acquire();
    const waiting = bulkhead.acquire();
    permit.release('failure');
    permit.release();
    {
      using second = await waiting;
      assert.deepEqual([permit.isReleased, second.isReleased, bulkhead.snapshot().inFlight], [true, false, 1]);
    }
    const { inFlight, calls } = bulkhead.snapshot();
    assert.deepEqual([inFlight, calls.success, calls.failure], [0, 1, 1]);
    const third = await bulkhead.acquire();
    assert.throws(
      () => third.release('broken' as 'failure'),
      /outcome: expected one of success, failure, timeout, cancelled/,
    );
    third.release('timeout');
    assert.equal(bulkhead.state, 'isolated');
  });

  it('tells how a call went', async () => {
    const bulkhead = make({ maxConcurrent: 1, maxQueue: 1 });
    const [first, second] = [new HeldWork(), new HeldWork()];
    void bulkhead.run(first.run);
    const detailed = bulkhead.runDetailed(second.run);
    time.pass(70);
    first.finish();
    await settle();
    time.pass(30);
    second.finish('value');
    assert.deepEqual(await detailed, {
      value: 'value',
      bulkhead: 'payment',
      state: 'healthy',
      queuedMillis: 70,
      durationMillis: 30,
    });
  });
});
