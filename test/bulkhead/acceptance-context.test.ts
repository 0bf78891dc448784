import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Bulkhead, observeBulkhead } from '../../src/bulkhead/bulkhead.ts';
import type { BulkheadRejectedError } from '../../src/bulkhead/errors.ts';
import type { BulkheadEvent } from '../../src/bulkhead/events.ts';
import { activeSignal, withDeadline } from '../../src/time/ambient.ts';
import { errorOf, HeldWork, settle, watch } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';

const CALLER = createContextKey('caller');
const callerNow = (): unknown => context.active().getValue(CALLER);
const storage = new AsyncLocalStorage<string>();

/** Runs `fn` as one caller, as OpenTelemetry and as plain asynchronous storage know it. */
function as<T>(caller: string, fn: () => T): T {
  return context.with(ROOT_CONTEXT.setValue(CALLER, caller), () => storage.run(caller, fn));
}

describe('a bulkhead and the context of its callers', () => {
  let time: StoppedClock;
  const make = (options: Partial<ConstructorParameters<typeof Bulkhead>[0]> = {}): Bulkhead =>
    new Bulkhead({ name: 'payment', maxConcurrent: 1, maxQueue: 10, clock: time.clock, ...options });

  beforeEach(() => {
    time = new StoppedClock();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  });
  afterEach(() => {
    context.disable();
    time.restore();
  });

  it('11 re-entering a full compartment from inside it: a clear error instead of a deadlock', async () => {
    const [bulkhead, other] = [make(), make({ name: 'other' })];
    for (const options of [undefined, { timeout: 1000 }]) {
      const inner = await bulkhead.run(() => other.run(() => errorOf(bulkhead.run(() => 1, options))), options);
      assert.equal((inner as BulkheadRejectedError).code, 'BULKHEAD_REJECTED');
      assert.equal((inner as BulkheadRejectedError).reason, 'full');
      assert.match((inner as Error).message, /called from inside itself/);
    }
    assert.ok((await bulkhead.run(() => errorOf(bulkhead.acquire()))) instanceof Error);
  });

  it('lets work re-enter a compartment that has a free slot, and what outlives the work wait', async () => {
    const bulkhead = make({ maxConcurrent: 2 });
    assert.equal(await bulkhead.run(() => bulkhead.run(() => 'inner')), 'inner');
    const single = make();
    let later: Promise<string> | undefined;
    let begin!: () => void;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    await single.run(() => {
      later = begun.then(() => single.run(() => 'later'));
    });
    const work = new HeldWork();
    void single.run(work.run);
    begin();
    await settle();
    assert.equal(single.snapshot().queued, 1);
    work.finish();
    assert.equal(await later, 'later');
  });

  it("12 queued work runs in its caller's async context; its events land on the caller's span", async () => {
    const bulkhead = make({ queueTimeout: '50ms' });
    const told: string[] = [];
    observeBulkhead(bulkhead, (event) => told.push(`${event.kind} ${String(callerNow())} ${storage.getStore()}`));
    const where = async (): Promise<unknown[]> => {
      const before = [callerNow(), storage.getStore()];
      await Promise.resolve();
      return [...before, callerNow(), storage.getStore()];
    };
    const first = new HeldWork();
    void as('first', () => bulkhead.run(first.run));
    const callers = ['second', 'third', 'fourth'];
    const calls = callers.map((caller, index) =>
      as(caller, () =>
        bulkhead.run(where, [undefined, {}, { timeout: 1000, signal: new AbortController().signal }][index]),
      ),
    );
    as('nobody', () => first.finish());
    for (const [index, caller] of callers.entries()) assert.deepEqual(await calls[index], Array(4).fill(caller));
    assert.deepEqual(
      told,
      ['queued', 'granted'].flatMap((kind) => callers.map((caller) => `${kind} ${caller} ${caller}`)),
    );
    told.length = 0;
    void as('first', () => bulkhead.run(new HeldWork().run));
    const rejected = as('late', () => errorOf(bulkhead.run(() => 1)));
    as('nobody', () => time.pass(51));
    await rejected;
    assert.deepEqual(told, ['queued late late', 'rejected late late']);
  });

  it('tells of a transition in the context of the call that caused it', async () => {
    const bulkhead = make({ isolationThreshold: 1, maxConcurrent: 5 });
    const told: unknown[] = [];
    bulkhead.onTransition(({ from, to }) => told.push([from, to, callerNow()]));
    await as('failing', () => errorOf(bulkhead.run(() => Promise.reject(new Error('failed')))));
    bulkhead.reset();
    const slow = as('slow', () => errorOf(bulkhead.run(() => new Promise(() => {}), { timeout: 10 })));
    as('nobody', () => time.pass(11));
    await slow;
    assert.deepEqual(told, [
      ['healthy', 'isolated', 'failing'],
      ['isolated', 'healthy', undefined],
      ['healthy', 'isolated', 'slow'],
    ]);
  });

  it('passes its signal by the context, and follows that of the guard around it', async () => {
    const [outer, inner] = [make({ name: 'outer' }), make({ name: 'inner' })];
    let signals: (AbortSignal | undefined)[] = [];
    const call = watch(
      outer.run(
        ({ signal }) =>
          inner.run(async (own) => {
            signals = [signal, own.signal, activeSignal()];
            await new Promise(() => {});
          }),
        { timeout: 10 },
      ),
    );
    assert.equal(activeSignal(), undefined);
    assert.notEqual(signals[0], signals[1]);
    assert.equal(signals[1], signals[2]);
    time.pass(11);
    await settle();
    assert.equal(call.outcome, 'rejected');
    assert.ok(signals.every((signal) => signal?.aborted));
  });

  it('leaves the queue when the guard around it gives up or the deadline has passed', async () => {
    const [outer, inner] = [make({ name: 'outer', maxConcurrent: 5 }), make({ name: 'inner' })];
    void inner.run(new HeldWork().run);
    const cut = watch(outer.run(() => inner.run(() => 1), { timeout: 10 }));
    const late = withDeadline(20, () => watch(inner.run(() => 1, { signal: new AbortController().signal })));
    assert.equal(inner.snapshot().queued, 2);
    time.pass(11);
    await settle();
    assert.deepEqual([cut.outcome, inner.snapshot().queued], ['rejected', 1]);
    time.pass(10);
    await settle();
    assert.equal((late.error as BulkheadRejectedError).reason, 'queue_timeout');
    assert.equal(
      ((await withDeadline(0, () => errorOf(inner.run(() => 1)))) as BulkheadRejectedError).reason,
      'queue_timeout',
    );
  });

  it('makes no event while nobody listens, and counts what a listener throws', async () => {
    const bulkhead = make();
    const events: BulkheadEvent[] = [];
    const listening = observeBulkhead(bulkhead, (event) => {
      events.push(event);
      throw new Error('listener');
    });
    await bulkhead.run(() => 1);
    bulkhead.isolate();
    assert.equal(((await errorOf(bulkhead.run(() => 1))) as BulkheadRejectedError).reason, 'isolated');
    listening[Symbol.dispose]();
    bulkhead.reset();
    assert.deepEqual(events, [
      {
        kind: 'transition',
        bulkhead: 'payment',
        from: 'healthy',
        to: 'isolated',
        failures: 0,
        retryAfterMillis: 30_000,
      },
      {
        kind: 'rejected',
        bulkhead: 'payment',
        state: 'isolated',
        reason: 'isolated',
        retryAfterMillis: 30_000,
        queuedMillis: undefined,
      },
    ]);
    assert.equal(bulkhead.snapshot().thrown, 2);
    assert.equal(bulkhead.state, 'healthy');
  });
});
