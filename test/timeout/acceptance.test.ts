/** The acceptance list of adaptive timeouts, line by line; the numbers are those of the list. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AdaptiveTimeout,
  ConfigurationError,
  DeadlineExceededError,
  OperationTimeoutError,
  withDeadline,
} from '../../src/timeout/index.ts';
import { after, failAfter, forever, type Guarded, guarded, rejection } from './guarded-work.ts';

describe('adaptive timeouts keep to their acceptance list', () => {
  let given: Guarded;

  beforeEach(() => void (given = guarded({ initial: 100 })));
  afterEach(() => given.time.restore());

  it('17: success that settles before the timer wins', async () => {
    const { timeouts, time } = given;
    let succeed: (value: string) => void = () => {};
    const result = timeouts.run('pay', () => new Promise<string>((resolve) => (succeed = resolve)));
    time.tick(99);
    succeed('paid');
    await Promise.resolve();
    time.tick(1_000);
    assert.equal(await result, 'paid');
    assert.equal(timeouts.snapshot().operations[0]?.calls.timeout, 0);
  });

  it("18: a caller's abort is not a timeout and keeps the caller's reason", async () => {
    const { timeouts, time } = given;
    const caller = new AbortController();
    const reason = { because: 'the page was closed' };
    let inner: AbortSignal | undefined;
    const result = timeouts.run(
      'pay',
      ({ signal }) => {
        inner = signal;
        return forever();
      },
      { signal: caller.signal },
    );
    time.tick(40);
    caller.abort(reason);
    assert.equal(await rejection(result), reason);
    assert.equal(inner?.reason, reason);
    time.tick(1_000);
    const { calls } = timeouts.snapshot().operations[0]!;
    assert.deepEqual([calls.cancelled, calls.timeout], [1, 0]);
  });

  it('18: work is never called for a caller who has gone already', async () => {
    const work = (): never => assert.fail('called');
    const reason = new Error('gone');
    assert.equal(await rejection(given.timeouts.run('pay', work, { signal: AbortSignal.abort(reason) })), reason);
    assert.equal(given.timeouts.snapshot().operations[0]?.calls.cancelled, 1);
  });

  it('19: nested equal timeouts report the outer one', async () => {
    const { timeouts, time } = given;
    const result = rejection(timeouts.run('outer', () => timeouts.run('inner', forever)));
    await time.tickAsync(200);
    const error = await result;
    assert.ok(error instanceof OperationTimeoutError);
    assert.equal(error.operation, 'outer');
  });

  it('20: a late rejection never becomes an unhandledRejection, and is counted', async () => {
    const { timeouts, time } = given;
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const result = rejection(timeouts.run('pay', () => failAfter(150, new Error('late'))));
    await time.tickAsync(100);
    assert.ok((await result) instanceof OperationTimeoutError);
    await time.tickAsync(100);
    await new Promise((resolve) => void setImmediate(resolve));
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
    assert.equal(timeouts.snapshot().operations[0]?.late, 1);
  });

  it('21: timers do not keep the process alive', () => {
    const program = `
      const { AdaptiveTimeout } = await import(${JSON.stringify(new URL('../../src/timeout/index.ts', import.meta.url).href)});
      void new AdaptiveTimeout({ initial: '30s' }).run('pay', () => new Promise(() => {}));`;
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      timeout: 15_000,
    });
    assert.deepEqual({ status, signal }, { status: 0, signal: null });
  });

  it('22: no listener growth on a long-lived signal over 1 000 calls', async () => {
    const { timeouts, time } = given;
    const { signal } = new AbortController();
    for (let call = 0; call < 1_000; call++) {
      const result = timeouts.run(
        'pay',
        (work) => (work.signal.aborted ? forever() : after(call % 3 === 0 ? 200 : 1, 'paid')),
        {
          signal,
        },
      );
      const settled = result.catch(() => undefined);
      assert.equal(getEventListeners(signal, 'abort').length, 1);
      time.tick(250);
      await settled;
    }
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('23: the signal is not aborted after success, for a body may still be streaming', async () => {
    const { timeouts, time } = given;
    const signal = await timeouts.run('fetch', (work) => work.signal);
    const later = await timeouts.run('fetch', async (work) => {
      await Promise.resolve();
      return work.signal;
    });
    time.tick(60_000);
    await timeouts.shutdown();
    assert.deepEqual([signal.aborted, later.aborted], [false, false]);
  });

  it("23: after success the caller's abort still reaches what is streaming", async () => {
    const caller = new AbortController();
    const signal = await given.timeouts.run('fetch', (work) => work.signal, { signal: caller.signal });
    caller.abort();
    assert.ok(signal.aborted);
  });

  it('24: a timeout over 2^31-1 ms does not fire at once', async () => {
    const { timeouts, time } = given;
    const result = timeouts.run('export', () => after(5_000, 'done'), { timeout: '60d' });
    await time.tickAsync(5_000);
    assert.equal(await result, 'done');
  });

  it('25: 0, NaN, negative refused', async () => {
    const { timeouts } = given;
    for (const wrong of [0, NaN, -1, Infinity, '5 parsecs' as '5ms']) {
      for (const option of ['min', 'max', 'initial'] as const)
        assert.throws(() => new AdaptiveTimeout({ [option]: wrong }), ConfigurationError);
      assert.throws(() => timeouts.set('pay', wrong), RangeError);
      const work = (): never => assert.fail('called');
      assert.ok((await rejection(timeouts.run('pay', work, { timeout: wrong }))) instanceof RangeError);
    }
  });

  it('26: a pinned timeout is used as is, `timeout` in a call overrides both, the deadline bounds all', async () => {
    const { timeouts, time } = given;
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const allowed = (options?: { timeout: number }): Promise<number> =>
      timeouts.run('pay', ({ timeoutMillis }) => timeoutMillis, options);
    assert.equal(await allowed(), 100);
    timeouts.set('pay', '2m');
    assert.equal(timeouts.get('pay'), 120_000);
    assert.equal(await allowed(), 120_000);
    assert.equal(await allowed({ timeout: 1 }), 1);
    assert.equal(await withDeadline(70, () => allowed()), 70);
    assert.equal(await withDeadline(70, () => allowed({ timeout: 300 })), 70);
    assert.equal(await withDeadline(70, () => allowed({ timeout: 30 })), 30);
    timeouts.set('pay', 'adaptive');
    assert.equal(timeouts.get('pay'), 100);
    const cut = rejection(withDeadline(70, () => timeouts.run('pay', forever)));
    await time.tickAsync(71);
    assert.ok((await cut) instanceof DeadlineExceededError);
    context.disable();
  });
});
