import assert from 'node:assert/strict';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { observeTimeout, readTimeout } from '../../src/timeout/adaptive-timeout.ts';
import type { TimeoutEvent } from '../../src/timeout/events.ts';
import { DeadlineExceededError, OperationTimeoutError, withDeadline } from '../../src/timeout/index.ts';
import { after, failAfter, forever, type Guarded, guarded, rejection, teach } from './guarded-work.ts';

describe('AdaptiveTimeout and the calls it cuts', () => {
  let given: Guarded;

  function use(options: Parameters<typeof guarded>[0]): Guarded {
    given?.time.restore();
    return (given = guarded(options));
  }

  beforeEach(() => void use({ initial: 100 }));
  afterEach(() => {
    given.time.restore();
    context.disable();
  });

  it('observes without cutting, and counts what it would have cut', async () => {
    use({ mode: 'observe', initial: 100 });
    const { timeouts, time } = given;
    const slow = timeouts.run('pay', () => after(250, 'paid'));
    const failing = rejection(timeouts.run('pay', () => failAfter(250, new Error('no'))));
    const quick = timeouts.run('pay', () => after(20, 'paid'));
    await time.tickAsync(300);
    assert.deepEqual([await slow, await quick, ((await failing) as Error).message], ['paid', 'paid', 'no']);
    const { calls, late } = timeouts.snapshot().operations[0]!;
    assert.deepEqual(calls, { success: 1, failure: 0, timeout: 0, cancelled: 0, would_timeout: 2 });
    assert.equal(late, 0);
  });

  it('follows at most `watch` cut calls, and aborts the others at once', async () => {
    use({ initial: 100, watch: 2 });
    const { timeouts, time } = given;
    const signals: AbortSignal[] = [];
    const cut = Array.from({ length: 5 }, () =>
      rejection(
        timeouts.run('pay', ({ signal }) => {
          signals.push(signal);
          return forever();
        }),
      ),
    );
    await time.tickAsync(100);
    await Promise.all(cut);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, false, true, true, true],
    );
    assert.equal(timeouts.snapshot().operations[0]?.watched, 2);
    await time.tickAsync(900);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, true, true, true, true],
    );
    await time.tickAsync(29_000);
    assert.ok(signals[0]?.aborted && signals[0].reason instanceof OperationTimeoutError);
    assert.equal(timeouts.snapshot().operations[0]?.watched, 0);
  });

  it('counts work that ends after it was given up on, followed or not', async () => {
    use({ initial: 100, watch: 1 });
    const { timeouts, time } = given;
    const cut = [1, 2, 3].map(() => rejection(timeouts.run('pay', () => after(150, 'late'))));
    await time.tickAsync(200);
    await Promise.all(cut);
    assert.equal(timeouts.snapshot().operations[0]?.late, 3);
    assert.equal(timeouts.snapshot().operations[0]?.calls.success, 0);
  });

  it('takes a late failure for a call that never completes, but not one that its caller aborted', async () => {
    use({ initial: 100, watch: 10 });
    const { timeouts, time } = given;
    teach(given, 'pay', 100);
    timeouts.set('pay', 100);
    const fail = (signal?: AbortSignal): Promise<unknown> =>
      rejection(
        timeouts.run(
          'pay',
          (work) =>
            new Promise((_, reject) => {
              work.signal.addEventListener('abort', () => reject(new Error('aborted')));
              if (!signal) setTimeout(() => reject(new Error('no')), 150);
            }),
          signal && { signal },
        ),
      );
    const stalled = async (): Promise<number> => {
      await time.tickAsync(400);
      timeouts.record('pay', 50);
      return timeouts.snapshot().operations[0]!.stalledRatio;
    };
    const caller = new AbortController();
    const aborted = [1, 2, 3, 4].map(() => fail(caller.signal));
    await time.tickAsync(120);
    await Promise.all(aborted);
    caller.abort();
    assert.equal(await stalled(), 0);
    const failed = [1, 2, 3, 4].map(() => fail());
    await time.tickAsync(200);
    await Promise.all(failed);
    assert.ok((await stalled()) > 0);
  });

  it('stops following on shutdown, and follows nothing after', async () => {
    const { timeouts, time } = given;
    const signals: AbortSignal[] = [];
    const work = ({ signal }: { signal: AbortSignal }): Promise<never> => {
      signals.push(signal);
      return forever();
    };
    const first = rejection(timeouts.run('pay', work));
    await time.tickAsync(100);
    await first;
    await timeouts.shutdown();
    await timeouts.shutdown();
    assert.ok(signals[0]?.aborted);
    const second = rejection(timeouts.run('pay', work));
    await time.tickAsync(100);
    assert.ok((await second) instanceof OperationTimeoutError);
    assert.ok(signals[1]?.aborted);
  });

  it('refuses what the deadline leaves no time for, before it starts', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { timeouts } = given;
    const work = (): never => assert.fail('called');
    teach(given, 'pay', 100);
    const hopeless = await withDeadline(30, () => rejection(timeouts.run('pay', work)));
    const passed = await withDeadline(0, () => rejection(timeouts.run('unknown', work)));
    for (const error of [hopeless, passed]) assert.ok(error instanceof DeadlineExceededError, String(error));
    assert.match((hopeless as Error).message, /^pay: not started, 30 ms/);
    assert.equal(await withDeadline(60, () => timeouts.run('pay', () => 'paid')), 'paid');
    assert.deepEqual(
      readTimeout(timeouts).map(({ refused }) => refused),
      [1, 1],
    );
  });

  it('is ended by the deadline in observe mode too, for that is not its own', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    use({ mode: 'observe', initial: 100 });
    const cut = rejection(withDeadline(150, () => given.timeouts.run('pay', forever)));
    await given.time.tickAsync(151);
    assert.ok((await cut) instanceof DeadlineExceededError);
    assert.equal(readTimeout(given.timeouts)[0]?.calls.would_timeout, 1);
  });

  it('tells what happens in the context of the call, and survives listeners that throw', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { timeouts, time } = given;
    const heard: [TimeoutEvent['kind'], unknown][] = [];
    const key = Symbol.for('test caller');
    using listening = observeTimeout(timeouts, (event) => {
      heard.push([event.kind, context.active().getValue(key)]);
      throw new Error('listener');
    });
    assert.ok(listening);
    const cut = context.with(context.active().setValue(key, 'caller'), () =>
      rejection(timeouts.run('pay', () => after(150, 'late'))),
    );
    await time.tickAsync(200);
    await cut;
    assert.deepEqual(heard, [
      ['exceeded', 'caller'],
      ['late', 'caller'],
    ]);
    assert.equal(timeouts.snapshot().failed, 2);
    teach(given, 'pay', 4_000);
    assert.ok(heard.some(([kind]) => kind === 'adjusted'));
  });

  it('is silent for a listener that has left', async () => {
    const { timeouts, time } = given;
    const listening = observeTimeout(timeouts, () => assert.fail('told'));
    listening[Symbol.dispose]();
    const cut = rejection(timeouts.run('pay', forever));
    await time.tickAsync(100);
    await cut;
    assert.equal(timeouts.snapshot().failed, 0);
  });
});
