import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Bulkhead } from '../../src/instrumentation/bulkhead.ts';
import { AdaptiveTimeout } from '../../src/instrumentation/adaptive-timeout.ts';
import { guard } from '../../src/instrumentation/guard.ts';
import { activeSignal } from '../../src/time/ambient.ts';
import { errorOf, HeldWork, settle, watch } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';
import { Traced } from '../support/traced.ts';

async function* ids(): AsyncGenerator<number, void> {
  yield 1;
  await settle();
  yield 2;
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe('guard', () => {
  let time: StoppedClock;
  let traced: Traced;
  let bulkhead: Bulkhead;
  let timeout: AdaptiveTimeout;

  beforeEach(() => {
    time = new StoppedClock();
    traced = new Traced();
    bulkhead = new Bulkhead({ name: 'payment', maxConcurrent: 1, clock: time.clock });
    timeout = new AdaptiveTimeout({ clock: time.clock, watch: 0 });
  });

  afterEach(() => {
    traced[Symbol.dispose]();
    time.restore();
  });

  it('keeps arguments, `this`, name and length', async () => {
    class Account {
      readonly #balance = 5;
      readonly charge = guard(
        function charge(this: Account, amount: number, currency: string) {
          return `${this.#balance - amount} ${currency}`;
        },
        { operation: 'charge', bulkhead, timeout },
      );
    }
    const account = new Account();
    assert.equal(await account.charge(2, 'EUR'), '3 EUR');
    assert.deepEqual([account.charge.name, account.charge.length], ['charge', 2]);
  });

  it('always gives a promise: of what a synchronous function gives, and of what it throws', async () => {
    for (const guards of [{}, { bulkhead }, { timeout }, { bulkhead, timeout }]) {
      const half = guard((value: number) => value / 2, { operation: 'half', ...guards });
      assert.equal(await half(4), 2);
      const failing = guard(
        () => {
          throw new Error('at once');
        },
        { operation: 'failing', ...guards },
      );
      assert.match(String(await errorOf(failing())), /at once/);
    }
  });

  it('calls the function at once where a slot is free', () => {
    let called = 0;
    const counted = guard(() => ++called, { operation: 'count', bulkhead, timeout });
    void counted();
    assert.equal(called, 1);
  });

  it('gives the slot back before its caller hears of an error', async () => {
    const failing = guard(() => Promise.reject(new Error('failed')), { operation: 'failing', bulkhead, timeout });
    for (let count = 0; count < 3; count++) assert.match(String(await errorOf(failing())), /failed/);
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().overrun], [0, 0]);
    assert.equal(bulkhead.snapshot().calls.failure, 3);
  });

  it('answers at the timeout and holds the slot until the work really ends', async () => {
    const work = new HeldWork();
    timeout.set('charge', 100);
    const charge = guard(() => work.run({ signal: activeSignal()! }), { operation: 'charge', bulkhead, timeout });
    const first = watch(charge());
    time.pass(100);
    await settle();
    assert.equal(codeOf(first.error), 'OPERATION_TIMEOUT');
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().overrun], [1, 1]);
    assert.equal(codeOf(await errorOf(charge())), 'BULKHEAD_REJECTED');
    work.finish();
    await settle();
    assert.deepEqual([bulkhead.snapshot().inFlight, bulkhead.snapshot().overrun], [0, 0]);
    assert.equal(bulkhead.snapshot().calls.timeout, 1);
  });

  it('holds the slot until late work has failed as well, and nobody is left with its error', async () => {
    const work = new HeldWork();
    timeout.set('charge', 100);
    const charge = guard(() => work.run({ signal: activeSignal()! }), { operation: 'charge', bulkhead, timeout });
    const first = watch(charge());
    time.pass(100);
    await settle();
    work.fail();
    await settle();
    assert.equal(first.outcome, 'rejected');
    assert.equal(bulkhead.snapshot().inFlight, 0);
  });

  it('asks a lazy thenable, such as the query of a database client, once', async () => {
    for (const guards of [{}, { bulkhead }, { timeout }, { bulkhead, timeout }])
      for (const end of ['resolve', 'reject'] as const) {
        let asked = 0;
        const ask: PromiseLike<string>['then'] = (...listeners) => {
          asked++;
          const rows = end === 'resolve' ? Promise.resolve('rows') : Promise.reject<string>(new Error('no rows'));
          return rows.then(...listeners);
        };
        const query = new Proxy({} as PromiseLike<string>, { get: (_, key) => (key === 'then' ? ask : undefined) });
        await guard(() => query, { operation: 'query', ...guards })().catch(() => {});
        await settle();
        assert.equal(asked, 1);
      }
    assert.equal(bulkhead.snapshot().inFlight, 0);
  });

  it('does not count the wait for a slot towards the timeout', async () => {
    bulkhead = new Bulkhead({ name: 'payment', maxConcurrent: 1, maxQueue: 1, clock: time.clock });
    timeout.set('charge', 100);
    const works = [new HeldWork(), new HeldWork()];
    const charge = guard((index: number) => works[index]!.run({ signal: activeSignal()! }), {
      operation: 'charge',
      bulkhead,
      timeout,
    });
    void charge(0);
    const second = watch(charge(1));
    time.pass(90);
    works[0]!.finish();
    await settle();
    time.pass(90);
    works[1]!.finish('in time');
    await settle();
    assert.equal(second.outcome, 'in time');
  });

  it('gives the signal of the call by context, aborted when the call is given up', async () => {
    timeout.set('charge', 100);
    let signal: AbortSignal | undefined;
    const charge = guard(
      async () => {
        await settle();
        signal = activeSignal();
        await once(signal!, 'abort');
        throw signal?.reason;
      },
      { operation: 'charge', bulkhead, timeout },
    );
    const call = watch(charge());
    await settle();
    assert.equal(signal?.aborted, false);
    time.pass(100);
    await settle();
    assert.equal(signal?.aborted, true);
    assert.equal(codeOf(signal?.reason), 'OPERATION_TIMEOUT');
    assert.equal(codeOf(call.error), 'OPERATION_TIMEOUT');
    assert.equal(bulkhead.snapshot().inFlight, 0);
    assert.equal(activeSignal(), undefined);
  });

  it('aborts what is guarded inside when the guard around it gives up', async () => {
    timeout.set('outer', 100);
    let inner: AbortSignal | undefined;
    const hold = new HeldWork();
    const called = guard(
      () => {
        inner = activeSignal();
        return hold.run({ signal: inner! });
      },
      { operation: 'inner', bulkhead, timeout },
    );
    const outer = watch(guard(() => called(), { operation: 'outer', timeout })());
    time.pass(100);
    await settle();
    assert.equal((outer.error as { operation?: string }).operation, 'outer');
    assert.equal(inner?.aborted, true);
    hold.finish();
    await settle();
  });

  it('leaves the signal of a call that succeeded alone', async () => {
    timeout.set('open', 100);
    const open = guard(() => activeSignal()!, { operation: 'open', bulkhead, timeout });
    const signal = await open();
    time.pass(1_000);
    assert.equal(signal.aborted, false);
  });

  it('is over when an async iterable has been opened, and lets it be read with `for await`', async () => {
    timeout.set('pages', 100);
    const pages = guard(
      async function* (count: number): AsyncGenerator<number, void> {
        for (let page = 1; page <= count; page++) {
          await settle();
          time.pass(80);
          yield page;
        }
      },
      { operation: 'pages', bulkhead, timeout },
    );
    const read: number[] = [];
    for await (const page of await pages(3)) {
      read.push(page);
      assert.equal(bulkhead.snapshot().inFlight, 0);
    }
    assert.deepEqual(read, [1, 2, 3]);
  });

  it('guards each call of a `for await` by itself', async () => {
    const double = guard(async (value: number) => value * 2, { operation: 'double', bulkhead, timeout });
    const doubled: number[] = [];
    for await (const id of ids()) doubled.push(await double(id));
    assert.deepEqual(doubled, [2, 4]);
  });

  it('refuses what is no function, and an operation without a name', () => {
    assert.throws(() => guard('fn' as unknown as () => void, { operation: 'x' }), TypeError);
    for (const operation of ['', undefined as unknown as string])
      assert.throws(() => guard(() => {}, { operation }), /operation: expected a name/);
  });
});
