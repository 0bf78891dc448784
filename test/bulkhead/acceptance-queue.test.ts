import assert from 'node:assert/strict';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import type { BulkheadRejectedError } from '../../src/bulkhead/errors.ts';
import { withDeadline } from '../../src/time/ambient.ts';
import { errorOf, HeldWork, settle, watch } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';

describe('the queue of a bulkhead', () => {
  let time: StoppedClock;
  const make = (options: Partial<ConstructorParameters<typeof Bulkhead>[0]> = {}): Bulkhead =>
    new Bulkhead({ name: 'payment', maxConcurrent: 1, maxQueue: 10, clock: time.clock, ...options });

  beforeEach(() => {
    time = new StoppedClock();
  });
  afterEach(() => time.restore());

  it('3 aborting a queued call rejects it now and frees its queue place', async () => {
    const bulkhead = make({ maxQueue: 1 });
    const work = new HeldWork();
    void bulkhead.run(work.run);
    for (const call of [
      (signal: AbortSignal) => bulkhead.run(work.run, { signal }),
      (signal: AbortSignal) => bulkhead.acquire({ signal }),
    ]) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const waiting = errorOf(call(controller.signal));
      assert.equal(((await errorOf(bulkhead.run(work.run))) as BulkheadRejectedError).reason, 'full');
      controller.abort(reason);
      assert.equal(bulkhead.snapshot().queued, 0);
      assert.equal(await waiting, reason);
    }
    assert.deepEqual([work.starts, bulkhead.snapshot().calls.cancelled], [1, 2]);
    work.finish();
    await settle();
    assert.deepEqual([work.starts, bulkhead.snapshot().inFlight], [1, 0]);
  });

  it('4 an aborted head does not stall the next', async () => {
    const bulkhead = make();
    const [first, next] = [new HeldWork(), new HeldWork()];
    const controller = new AbortController();
    void bulkhead.run(first.run);
    const head = errorOf(bulkhead.run(first.run, { signal: controller.signal }));
    const behind = bulkhead.run(next.run);
    controller.abort();
    first.finish();
    next.finish('next');
    assert.equal(await behind, 'next');
    assert.equal(((await head) as Error).name, 'AbortError');
  });

  it('5 no barging: once accepted never rejected as full; FIFO within a priority', async () => {
    const bulkhead = make({ maxQueue: 6 });
    const first = new HeldWork();
    const order: string[] = [];
    const enter = (name: string, priority?: number): Promise<unknown> =>
      bulkhead.run(
        () => {
          order.push(name);
        },
        priority === undefined ? undefined : { priority },
      );
    void bulkhead.run(first.run);
    const calls = [enter('a'), enter('b'), enter('low', -1), enter('high', 5), enter('c', 0), enter('high too', 5)];
    assert.equal(((await errorOf(enter('late', 99))) as BulkheadRejectedError).reason, 'full');
    first.finish();
    for (let tick = 0; tick < 6; tick++) {
      await Promise.resolve();
      calls.push(enter(`barging ${tick}`));
    }
    await Promise.allSettled(calls);
    const accepted = ['high', 'high too', 'a', 'b', 'c'];
    assert.deepEqual(order.slice(0, 5), accepted);
    // Who came when there was room queued behind its equals, and before the lower priority.
    assert.ok(order.slice(5, -1).every((each) => each.startsWith('barging')));
    assert.equal(order.at(-1), 'low');
  });

  it('8 100 000 queued synchronous works: linear, no stack overflow, the event loop breathes', async function () {
    this.timeout(60_000);
    const drain = async (count: number): Promise<{ micros: number; turns: number }> => {
      const bulkhead = make({ maxQueue: count });
      const first = new HeldWork();
      void bulkhead.run(first.run);
      const seen = { done: 0, turns: 0 };
      const all = Promise.all(Array.from({ length: count }, () => bulkhead.run(() => seen.done++)));
      const start = process.hrtime.bigint();
      first.finish();
      while (seen.done < count) {
        await settle();
        seen.turns++;
      }
      await all;
      assert.equal(bulkhead.snapshot().inFlight, 0);
      return { micros: Number(process.hrtime.bigint() - start) / 1000 / count, turns: seen.turns };
    };
    await drain(5_000);
    const small = await drain(10_000);
    const large = await drain(100_000);
    assert.ok(large.turns >= 100, `${large.turns} turns of the event loop`);
    // Quadratic work would cost ten times as much a call; the rest is left to the machine.
    assert.ok(large.micros < small.micros * 6 + 20, `${small.micros} and ${large.micros} us a call`);
  });

  it('ends a deadlock by the queue timeout where no context manager tells of it', async () => {
    const bulkhead = make({ queueTimeout: '100ms' });
    const inner = watch(bulkhead.run(() => bulkhead.run(() => 1)));
    await settle();
    time.pass(101);
    await settle();
    assert.equal((inner.error as BulkheadRejectedError).reason, 'queue_timeout');
  });

  it('ends a wait after the queue timeout, the timeout of the call or the deadline, whichever is first', async () => {
    const bulkhead = make({ queueTimeout: '300ms' });
    void bulkhead.run(new HeldWork().run);
    const work = new HeldWork();
    const waits = [watch(bulkhead.run(work.run)), watch(bulkhead.run(work.run, { timeout: '100ms' }))];
    time.pass(101);
    await settle();
    assert.deepEqual(
      waits.map(({ outcome }) => outcome),
      ['pending', 'rejected'],
    );
    time.pass(200);
    await settle();
    for (const { error } of waits) assert.equal((error as BulkheadRejectedError).reason, 'queue_timeout');
    const { queued, calls } = bulkhead.snapshot();
    assert.deepEqual([queued, calls.rejected.queue_timeout, work.starts], [0, 2, 0]);
    assert.equal(time.timers, 0);
  });

  it('keeps no timer and no listener of a call that is over', async () => {
    const bulkhead = make({ queueTimeout: '1h', maxConcurrent: 2 });
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      listeners--;
      remove(...args);
    };
    for (let round = 0; round < 100; round++)
      await Promise.all(Array.from({ length: 10 }, () => bulkhead.run(() => 1, { signal, timeout: '1h' })));
    assert.deepEqual([listeners, time.timers], [0, 0]);
    assert.equal(
      withDeadline('1h', () => bulkhead.snapshot().calls.success),
      1000,
    );
  });
});
