import assert from 'node:assert/strict';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import type { BulkheadRejectedError } from '../../src/bulkhead/errors.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { errorOf, HeldWork, settle, watch } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';

describe('the slots of a bulkhead', () => {
  let time: StoppedClock;
  const make = (options: Partial<ConstructorParameters<typeof Bulkhead>[0]> = {}): Bulkhead =>
    new Bulkhead({ name: 'payment', maxConcurrent: 1, clock: time.clock, ...options });

  beforeEach(() => {
    time = new StoppedClock();
  });
  afterEach(() => time.restore());

  it('1 are released exactly once on success, async reject, sync throw, throwing listener', async () => {
    const bulkhead = make({ failureThreshold: 1, isolationThreshold: 1000, maxConcurrent: 2 });
    bulkhead.onTransition(() => {
      throw new Error('listener');
    });
    const asyncListener: (...args: unknown[]) => unknown = () => Promise.reject(new Error('async listener'));
    bulkhead.onTransition(asyncListener);
    const ways: (() => unknown)[] = [
      () => 1,
      () => Promise.resolve(1),
      () => Promise.reject(new Error('async')),
      () => {
        throw new Error('sync');
      },
    ];
    for (const options of [undefined, {}, { timeout: 1000 }, { signal: new AbortController().signal }]) {
      for (const way of ways) {
        const other = new HeldWork();
        const running = bulkhead.run(other.run, options);
        await bulkhead.run(way, options).catch(() => {});
        assert.equal(bulkhead.snapshot().inFlight, 1);
        other.finish();
        await running;
        assert.equal(bulkhead.snapshot().inFlight, 0);
        bulkhead.reset();
      }
    }
    assert.deepEqual([bulkhead.snapshot().calls.success, bulkhead.snapshot().calls.failure], [24, 8]);
    assert.ok(bulkhead.snapshot().thrown > 0);
    assert.equal(time.timers, 0);
  });

  it('2 a grant racing an abort counts once', async () => {
    const starts = new Set<number>();
    for (let ticks = 0; ticks < 12; ticks++) {
      const bulkhead = make({ maxQueue: 2 });
      const [first, second, third] = [new HeldWork(), new HeldWork(), new HeldWork()];
      const controller = new AbortController();
      void bulkhead.run(first.run);
      const waiting = watch(bulkhead.run(second.run, { signal: controller.signal }));
      const behind = watch(bulkhead.run(third.run));
      first.finish();
      // The further on, the nearer the grant, its continuation, and the work.
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      controller.abort(new Error('enough'));
      await settle();
      assert.equal((waiting.error as Error).message, 'enough');
      // Where the work had begun it keeps its slot, and who is behind it waits on.
      assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().queued], [1, second.starts]);
      second.finish();
      third.finish();
      await settle();
      const { inFlight, overrun, calls } = bulkhead.snapshot();
      assert.deepEqual([inFlight, overrun, calls.success, calls.cancelled, behind.outcome], [0, 0, 2, 1, 'done']);
      starts.add(second.starts);
    }
    assert.equal(starts.size, 2);
  });

  it('6 2N calls at once into (N, queue q): exactly N run, q wait', async () => {
    const bulkhead = make({ maxConcurrent: 5, maxQueue: 3 });
    const works = Array.from({ length: 10 }, () => new HeldWork());
    const seen = works.map((work) => watch(bulkhead.run(work.run)));
    await settle();
    assert.equal(
      works.reduce((sum, { starts }) => sum + starts, 0),
      5,
    );
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().queued], [5, 3]);
    assert.deepEqual(
      seen.map(({ outcome }) => outcome),
      [...Array<string>(8).fill('pending'), 'rejected', 'rejected'],
    );
    for (const work of works) work.finish();
    await settle();
    assert.equal(seen.filter(({ outcome }) => outcome === 'done').length, 8);
    assert.equal((seen.at(-1)!.error as BulkheadRejectedError).reason, 'full');
  });

  it('7 an aborted signal: the work is never called', async () => {
    const bulkhead = make();
    const work = new HeldWork();
    const reason = new Error('before');
    for (const call of [
      bulkhead.run(work.run, { signal: AbortSignal.abort(reason) }),
      bulkhead.runDetailed(work.run, { signal: AbortSignal.abort(reason) }),
      bulkhead.acquire({ signal: AbortSignal.abort(reason) }),
    ])
      assert.equal(await errorOf(call), reason);
    assert.deepEqual([work.starts, bulkhead.snapshot().inFlight, bulkhead.snapshot().calls.cancelled], [0, 0, 3]);
  });

  it('9 zero, negative, NaN, fractional capacity refused at construction', () => {
    for (const maxConcurrent of [0, -1, NaN, 1.5, Infinity, '10'])
      assert.throws(
        () => make({ maxConcurrent: maxConcurrent as number }),
        (error: ConfigurationError) =>
          error.code === 'INVALID_CONFIGURATION' &&
          error.message.startsWith('maxConcurrent: expected a whole number of 1 to 1000000, got ') &&
          error.message.includes(String(maxConcurrent)),
      );
    const bulkhead = make();
    assert.throws(() => bulkhead.resize(0), ConfigurationError);
  });

  it('10 shrink while in use: never negative, running calls finish; grow wakes waiters', async () => {
    const bulkhead = make({ maxConcurrent: 4, maxQueue: 10 });
    const works = Array.from({ length: 8 }, () => new HeldWork());
    const seen = works.map((work) => watch(bulkhead.run(work.run)));
    bulkhead.resize(1);
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().capacity], [4, 1]);
    for (const work of works.slice(0, 3)) work.finish();
    await settle();
    assert.deepEqual([bulkhead.snapshot().inFlight, works[4]?.starts], [1, 0]);
    works[3]?.finish();
    await settle();
    assert.deepEqual([bulkhead.snapshot().inFlight, works[4]?.starts], [1, 1]);
    bulkhead.resize(3);
    await settle();
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().queued], [3, 1]);
    for (const work of works) work.finish();
    await settle();
    assert.ok(seen.every(({ outcome }) => outcome === 'done'));
    assert.equal(bulkhead.snapshot().inFlight, 0);
  });

  it('13 the slot is held until the work really ends, also after a timeout; overrun counts those', async () => {
    const bulkhead = make({ maxQueue: 1 });
    const [slow, next] = [new HeldWork(), new HeldWork()];
    const call = watch(bulkhead.run(slow.run, { timeout: '50ms' }));
    time.pass(51);
    await settle();
    assert.equal((call.error as { code: string }).code, 'OPERATION_TIMEOUT');
    assert.equal(slow.signal?.aborted, true);
    const waiting = bulkhead.run(next.run);
    await settle();
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().overrun, next.starts], [1, 1, 0]);
    slow.fail(new Error('late, and of no interest to anybody'));
    await settle();
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().overrun, next.starts], [1, 0, 1]);
    next.finish();
    await waiting;
    const { calls, inFlight, failures } = bulkhead.snapshot();
    assert.deepEqual([calls.timeout, calls.failure, calls.success, inFlight, failures], [1, 0, 1, 0, 1]);
  });

  it('14 shutdown rejects the queue, waits for the running', async () => {
    const bulkhead = make({ maxQueue: 2 });
    const work = new HeldWork();
    const running = bulkhead.run(work.run);
    const waiting = [errorOf(bulkhead.run(work.run)), errorOf(bulkhead.acquire())];
    const stopped = bulkhead.shutdown();
    assert.equal(bulkhead.shutdown(), stopped);
    const seen = watch(stopped);
    const late = errorOf(bulkhead.run(work.run));
    for (const error of await Promise.all([...waiting, late]))
      assert.equal((error as BulkheadRejectedError).reason, 'shutdown');
    assert.deepEqual([seen.outcome, work.starts], ['pending', 1]);
    work.finish('value');
    assert.equal(await running, 'value');
    await stopped;
    await bulkhead[Symbol.asyncDispose]();
    assert.equal(bulkhead.snapshot().inFlight, 0);
  });
});
