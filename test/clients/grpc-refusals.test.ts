import assert from 'node:assert/strict';
import { type ServiceError, status } from '@grpc/grpc-js';
import { withDeadline } from '../../src/time/ambient.ts';
import { settle } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';
import { grpc, GuardedStock } from './guarded-stock.ts';

const IDLE_CHANNEL = 0;

describe('a gRPC call that has to wait or is refused', () => {
  let stock: GuardedStock;

  beforeEach(async () => {
    stock = await GuardedStock.start();
    stock.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
  });

  afterEach(() => stock[Symbol.asyncDispose]());

  const causeOf = (error: ServiceError): unknown => (error.cause as { code?: unknown } | undefined)?.code;

  it('ends with UNAVAILABLE, and with the reason as its cause', async () => {
    stock.guard({ bulkhead: { maxConcurrent: 1 } });
    const held = stock.server.hold();
    const first = stock.get();
    const { answer } = await held.next();
    const refused = stock.get();
    const seen: unknown[] = [];
    refused.call.on('status', (given) => seen.push(given.code));
    const error = await refused.error;
    assert.equal(error.code, status.UNAVAILABLE);
    assert.equal(error.message, `14 UNAVAILABLE: ${error.details}`);
    assert.match(error.details, /bulkhead '127.*every slot is taken/);
    assert.ok(error.metadata instanceof grpc.Metadata);
    assert.match(error.stack!, /for call at\n(?:.*\n){2}.*guarded-stock/);
    assert.equal(causeOf(error), 'BULKHEAD_REJECTED');
    await settle();
    assert.deepEqual(seen, [status.UNAVAILABLE]);
    answer(null, { count: 1 });
    await first.answer;
    await settle();
    assert.equal(stock.server.calls.length, 1);
    assert.deepEqual(stock.counts, { success: 1, rejected: 1 });
  });

  it('leaves the channel alone while it waits, and is a call all the same', async () => {
    const held = stock.server.hold();
    const first = stock.get();
    const { answer } = await held.next();
    const other = stock.connect();
    const seen: unknown[] = [];
    const waiting = stock.get({}, other);
    waiting.call.on('metadata', () => seen.push('metadata')).on('status', ({ code }) => seen.push(code));
    assert.match(waiting.call.getPeer(), /127\.0\.0\.1/);
    await settle();
    assert.equal(other.getChannel().getConnectivityState(false), IDLE_CHANNEL);
    assert.deepEqual(stock.counts, { inFlight: 1, queued: 1 });
    answer(null, { count: 1 });
    await first.answer;
    const second = await held.next();
    second.answer(null, { count: 2 });
    assert.deepEqual(await waiting.answer, { count: 2 });
    assert.equal(waiting.call.getPeer(), stock.server.address);
    await settle();
    assert.deepEqual(seen, ['metadata', status.OK]);
    assert.deepEqual(stock.counts, { success: 2 });
  });

  it('can be cancelled while it waits', async () => {
    const held = stock.server.hold();
    const first = stock.get();
    const { answer } = await held.next();
    const waiting = stock.get();
    waiting.call.cancel();
    const error = await waiting.error;
    assert.deepEqual([error.code, error.details], [status.CANCELLED, 'Cancelled on client']);
    waiting.call.cancel();
    answer(null, { count: 1 });
    await first.answer;
    await settle();
    assert.equal(stock.server.calls.length, 1);
    assert.deepEqual(stock.counts, { success: 1, cancelled: 1 });
  });

  it('can be cancelled while it runs, which speaks neither for nor against the server', async () => {
    const held = stock.server.hold();
    const running = stock.get();
    const { call } = await held.next();
    const cancelled = new Promise((resolve) => call.on('cancelled', resolve));
    running.call.cancel();
    assert.equal((await running.error).code, status.CANCELLED);
    await cancelled;
    await settle();
    assert.deepEqual(stock.counts, { cancelled: 1 });
  });

  it('waits no longer than its own deadline', async () => {
    using traced = new Traced();
    const held = stock.server.hold();
    const first = stock.get();
    const { answer } = await held.next();
    const error = await traced.inSpan('caller', () => stock.get({ deadline: Date.now() + 20 }).error);
    assert.deepEqual([error.code, causeOf(error)], [status.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED']);
    assert.match(error.details, /not sent/);
    assert.deepEqual(
      traced.eventsOf('caller').map(({ name, attributes }) => [name, attributes['resilience.outcome']]),
      [
        ['bulkhead.queued', undefined],
        ['deadline.exceeded', 'rejected'],
      ],
    );
    answer(null, { count: 1 });
    await first.answer;
    await settle();
    assert.deepEqual(stock.counts, { success: 1, cancelled: 1 });
  });

  it('runs no longer than its own deadline, which counts as a timeout', async () => {
    for (const deadline of [Date.now() + 20, new Date(Date.now() + 20)]) {
      const held = stock.server.hold();
      const running = stock.get({ deadline });
      await held.next();
      assert.equal((await running.error).code, status.DEADLINE_EXCEEDED);
    }
    await settle();
    assert.deepEqual(stock.counts, { timeout: 2 });
  });

  it('counts as failed where the server says that a deadline has passed', async () => {
    stock.server.answer = (_call, callback) => callback({ code: status.DEADLINE_EXCEEDED });
    assert.equal((await stock.get({ deadline: Date.now() + 60_000 }).error).code, status.DEADLINE_EXCEEDED);
    await settle();
    assert.deepEqual(stock.counts, { failure: 1 });
  });

  it('keeps to the deadline around it, sent or not', async () => {
    using traced = new Traced();
    const held = stock.server.hold();
    const [running, waiting] = withDeadline('30ms', () => [stock.get(), stock.get()] as const);
    const { call } = await held.next();
    const cancelled = new Promise((resolve) => call.on('cancelled', resolve));
    const [cut, refused] = [await running.error, await waiting.error];
    assert.deepEqual([cut.code, causeOf(cut)], [status.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED']);
    assert.deepEqual([refused.code, causeOf(refused)], [status.UNAVAILABLE, 'BULKHEAD_REJECTED']);
    await cancelled;
    assert.equal(stock.server.calls.length, 1);
    const late = await withDeadline(0, () => stock.get().error);
    assert.deepEqual([late.code, causeOf(late)], [status.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED']);
    assert.deepEqual(traced.spans, []);
  });

  it('that times out ends with DEADLINE_EXCEEDED, and is cancelled', async () => {
    stock.guard({ bulkhead: {}, timeout: { initial: '30ms', max: '30ms' } });
    const held = stock.server.hold();
    const running = stock.get();
    const { call } = await held.next();
    const cancelled = new Promise((resolve) => call.on('cancelled', resolve));
    const error = await running.error;
    assert.deepEqual([error.code, causeOf(error)], [status.DEADLINE_EXCEEDED, 'OPERATION_TIMEOUT']);
    assert.match(error.details, /shop\.Stock\/Get: no answer within 30 ms/);
    await cancelled;
    await settle();
    assert.deepEqual(stock.counts, { timeout: 1 });
  });

  it('that times out may be followed, and nobody hears of it again', async () => {
    stock.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: { initial: '30ms', max: '10s' } });
    const held = stock.server.hold();
    const running = stock.get();
    let answers = 0;
    running.call.on('status', () => answers++).on('metadata', () => answers++);
    const { answer } = await held.next();
    await running.error;
    assert.deepEqual(stock.counts, { inFlight: 1, timeout: 1 });
    running.call.cancel();
    const next = stock.get();
    answer(null, { count: 1 });
    (await held.next()).answer(null, { count: 2 });
    assert.deepEqual(await next.answer, { count: 2 }, 'there is room when the call that was followed has ended');
    await settle();
    assert.equal(answers, 1);
    assert.deepEqual(stock.counts, { success: 1, timeout: 1 });
    assert.equal(stock.guards.allTimeouts[1]!.snapshot().operations[0]!.late, 1);
  });

  it('is cancelled, while it waits, with the call of a server in whose course it is made', async () => {
    await using ours = await GuardedStock.start();
    const [incoming, held] = [ours.server.hold(), stock.server.hold()];
    const outer = ours.get();
    const { call: parent } = await incoming.next();
    const first = stock.get();
    const { answer } = await held.next();
    const listeners = parent.listenerCount('cancelled');
    const inner = stock.get({ parent });
    await settle();
    assert.deepEqual(stock.counts, { inFlight: 1, queued: 1 });
    outer.call.cancel();
    const error = await inner.error;
    assert.deepEqual([error.code, error.details], [status.CANCELLED, 'Cancelled by parent call']);
    assert.equal(parent.listenerCount('cancelled'), listeners);
    answer(null, { count: 1 });
    await first.answer;
    await settle();
    assert.deepEqual(stock.counts, { success: 1, cancelled: 1 });
  });

  it('waits no longer than the deadline of the call of a server in whose course it is made', async () => {
    await using ours = await GuardedStock.start();
    const [incoming, held] = [ours.server.hold(), stock.server.hold()];
    const outer = ours.get({ deadline: Date.now() + 50 });
    const { call: parent } = await incoming.next();
    const first = stock.get();
    const { answer } = await held.next();
    const [inner, free] = [stock.get({ parent, propagate_flags: 1 }), stock.get({ parent })];
    assert.equal((await free.error).code, status.UNAVAILABLE);
    assert.equal((await inner.error).code, status.DEADLINE_EXCEEDED);
    await outer.error;
    answer(null, { count: 1 });
    await first.answer;
    assert.equal(stock.server.calls.length, 1);
  });
});
