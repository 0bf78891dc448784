import assert from 'node:assert/strict';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { medianOf, readTimeout } from '../../src/timeout/adaptive-timeout.ts';
import { activeSignal, OperationTimeoutError } from '../../src/timeout/index.ts';
import { after, failAfter, forever, type Guarded, guarded, rejection, teach } from './guarded-work.ts';

describe('AdaptiveTimeout', () => {
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

  it('gives the value of work that is fast enough, asynchronous or not', async () => {
    const { timeouts, time } = given;
    const slow = timeouts.run('pay', () => after(50, 'slow'));
    await time.tickAsync(50);
    assert.deepEqual([await slow, await timeouts.run('pay', () => 'at once')], ['slow', 'at once']);
  });

  it('tells in detail what a call was allowed and what it took', async () => {
    const { timeouts, time } = given;
    const result = timeouts.runDetailed('pay', () => after(50, 'paid'));
    await time.tickAsync(50);
    assert.deepEqual(await result, { value: 'paid', operation: 'pay', timeoutMillis: 100, durationMillis: 50 });
  });

  it('passes on what work throws, at once or later, as a failure', async () => {
    const { timeouts, time } = given;
    const error = new Error('no');
    const thrown = (): never => {
      throw error;
    };
    assert.equal(await rejection(timeouts.run('pay', thrown)), error);
    const later = rejection(timeouts.run('pay', () => failAfter(10, error)));
    await time.tickAsync(10);
    assert.equal(await later, error);
    assert.equal(timeouts.snapshot().operations[0]?.calls.failure, 2);
  });

  it('cuts what takes longer, and says what it was and how long it was waited for', async () => {
    const { timeouts, time } = given;
    const result = rejection(timeouts.run('pay', forever));
    await time.tickAsync(100);
    const error = await result;
    assert.ok(error instanceof OperationTimeoutError);
    const { code, name, operation, timeoutMillis, elapsedMillis } = error;
    assert.deepEqual(
      { code, name, operation, timeoutMillis, elapsedMillis },
      {
        code: 'OPERATION_TIMEOUT',
        name: 'OperationTimeoutError',
        operation: 'pay',
        timeoutMillis: 100,
        elapsedMillis: 100,
      },
    );
  });

  it('refuses an operation without a name', async () => {
    for (const name of ['', undefined as unknown as string])
      assert.ok((await rejection(given.timeouts.run(name, forever))) instanceof TypeError);
    assert.throws(() => given.timeouts.set('', 5), TypeError);
  });

  it('makes no signal unless the work looks at it', async () => {
    const real = globalThis.AbortController;
    let made = 0;
    globalThis.AbortController = class extends real {
      constructor() {
        super();
        made++;
      }
    };
    try {
      await given.timeouts.run('pay', ({ timeoutMillis }) => timeoutMillis);
      const cut = rejection(given.timeouts.run('pay', forever));
      await given.time.tickAsync(100);
      await cut;
      assert.equal(made, 0);
      await given.timeouts.run('pay', ({ signal }) => signal.aborted);
      assert.equal(made, 1);
    } finally {
      globalThis.AbortController = real;
    }
  });

  it('gives the signal to what asks for the active one, and lets it follow the guard around', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    use({ initial: 100, watch: 0 });
    const { timeouts, time } = given;
    const inner: (AbortSignal | undefined)[] = [];
    const result = timeouts.run('outer', () =>
      timeouts.run(
        'inner',
        ({ signal }) => {
          assert.equal(activeSignal(), signal);
          inner.push(signal);
          return forever();
        },
        { timeout: 5_000 },
      ),
    );
    await Promise.all([rejection(result), time.tickAsync(100)]);
    assert.ok(inner[0]?.aborted);
    assert.ok(inner[0].reason instanceof OperationTimeoutError);
    assert.equal(activeSignal(), undefined);
  });

  it('learns what calls take, and forgets a timeout set by hand when told to', () => {
    const { timeouts } = given;
    teach(given, 'pay', 4_000);
    const learned = timeouts.get('pay');
    assert.ok(learned >= 100 && learned <= 104, `${learned}`);
    assert.ok(Math.abs(medianOf(timeouts, 'pay')! - 50) < 3);
    timeouts.set('pay', 7);
    assert.equal(timeouts.get('pay'), 7);
    timeouts.set('pay', 'adaptive');
    assert.equal(timeouts.get('pay'), learned);
  });

  it('keeps what it learned between min and max', () => {
    use({ min: 200, max: 300 });
    teach(given, 'fast', 4_000);
    assert.equal(given.timeouts.get('fast'), 200);
    use({ min: 1, max: 30 });
    teach(given, 'slow', 4_000);
    assert.equal(given.timeouts.get('slow'), 30);
  });

  it('does not take a clock that goes back, NaN or an infinite duration for slowness', () => {
    const { timeouts } = given;
    teach(given, 'pay', 4_000);
    for (const odd of [-1e-12, 0, -0, NaN, -5, Infinity, -Infinity])
      for (let call = 0; call < 200; call++) timeouts.record('pay', odd);
    given.time.tick(1_000);
    timeouts.record('pay', 50);
    assert.ok(timeouts.get('pay') <= 104, `${timeouts.get('pay')}`);
  });

  it('stays with calls that seem to take less than no time', async () => {
    let now = 1_000;
    use({ clock: () => (now -= 1e-12), min: 5 });
    for (let call = 0; call < 100; call++) await given.timeouts.run('pay', () => Promise.resolve(call));
    now += 1_000;
    await given.timeouts.run('pay', () => undefined);
    assert.equal(given.timeouts.get('pay'), 5);
  });

  it('knows at most `maxOperations`; the least recently used leaves, but not what was set by hand', () => {
    use({ maxOperations: 3, initial: 100 });
    const { timeouts, time } = given;
    timeouts.set('a', 7);
    for (const operation of ['a', 'b', 'c', 'b', 'd', 'e']) {
      time.tick(1);
      timeouts.record(operation, 1);
    }
    const { operations, evicted } = timeouts.snapshot();
    assert.deepEqual(
      operations.map(({ operation }) => operation),
      ['b', 'd', 'e'],
    );
    assert.equal(evicted, 2);
    assert.equal(timeouts.get('a'), 7);
    timeouts.record('a', 1);
    assert.equal(readTimeout(timeouts).find(({ operation }) => operation === 'a')?.pinned, true);
    timeouts.set('b', 1);
    timeouts.set('c', 1);
    assert.throws(() => timeouts.set('d', 1), /maxOperations \(3\)/);
  });

  it('stays small, whatever names come', () => {
    const { timeouts } = given;
    for (let index = 0; index < 5_000; index++) timeouts.record(`operation ${index}`, index);
    const { operations, memoryBytes } = timeouts.snapshot();
    assert.equal(operations.length, 500);
    assert.ok(memoryBytes <= 500 * 2_048, `${memoryBytes}`);
  });

  it('reads and keeps nothing of a call that has ended', async () => {
    const { timeouts, time } = given;
    for (let call = 0; call < 1_000; call++) await timeouts.run('pay', () => Promise.resolve(call));
    time.tick(100);
    assert.equal(time.countTimers(), 0);
  });
});
