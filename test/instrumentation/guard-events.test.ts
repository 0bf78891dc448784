import assert from 'node:assert/strict';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AdaptiveTimeout } from '../../src/instrumentation/adaptive-timeout.ts';
import { Bulkhead, BulkheadRegistry } from '../../src/instrumentation/bulkhead.ts';
import { guard } from '../../src/instrumentation/guard.ts';
import { withDeadline } from '../../src/time/ambient.ts';
import { errorOf, HeldWork, settle } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';
import { Traced } from '../support/traced.ts';

const PAYMENT = { 'resilience.bulkhead.name': 'payment' };
const failing = (): Promise<never> => Promise.reject(new Error('failed'));

describe('the span events of guards', () => {
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

  it('stand on the span of the call that waits, and not on that of who frees the slot', async () => {
    const bulkhead = new Bulkhead({ name: 'payment', maxConcurrent: 1, maxQueue: 1, clock: time.clock });
    const first = new HeldWork();
    const calls = [
      traced.inSpan('first', () => bulkhead.run(first.run)),
      traced.inSpan('second', () => bulkhead.run(() => 2)),
    ];
    first.finish();
    await Promise.all(calls);
    assert.deepEqual(traced.eventsOf('first'), []);
    assert.deepEqual(traced.eventsOf('second'), [
      { name: 'bulkhead.queued', attributes: { ...PAYMENT, 'resilience.state': 'healthy' } },
    ]);
  });

  it('tell of a rejection with its reason, and of a transition on the call that caused it', async () => {
    const bulkhead = new Bulkhead({
      name: 'payment',
      failureThreshold: 1,
      isolationThreshold: 2,
      recoveryTime: '10s',
      clock: time.clock,
    });
    for (const name of ['one', 'two', 'three']) await errorOf(traced.inSpan(name, () => bulkhead.run(failing)));
    assert.deepEqual(traced.eventsOf('one'), [
      {
        name: 'bulkhead.transition',
        attributes: { ...PAYMENT, 'resilience.state.from': 'healthy', 'resilience.state.to': 'degraded' },
      },
    ]);
    assert.deepEqual(traced.eventsOf('two'), [
      {
        name: 'bulkhead.transition',
        attributes: {
          ...PAYMENT,
          'resilience.state.from': 'degraded',
          'resilience.state.to': 'isolated',
          'resilience.retry_after': 10,
        },
      },
    ]);
    assert.deepEqual(traced.eventsOf('three'), [
      {
        name: 'bulkhead.rejected',
        attributes: {
          ...PAYMENT,
          'resilience.outcome': 'rejected',
          'resilience.reason': 'isolated',
          'resilience.state': 'isolated',
          'resilience.retry_after': 10,
        },
      },
    ]);
  });

  it('are written by the bulkheads of a registry as well', async () => {
    const registry = new BulkheadRegistry({ maxConcurrent: 1, clock: time.clock });
    const held = new HeldWork();
    void registry.get('payment').run(held.run);
    await errorOf(traced.inSpan('rejected', () => registry.get('payment').run(() => 1)));
    assert.equal(traced.eventsOf('rejected')[0]?.attributes['resilience.reason'], 'full');
    held.finish();
  });

  it('tell of a timeout, in seconds', async () => {
    const timeout = new AdaptiveTimeout({ clock: time.clock, watch: 0 });
    timeout.set('charge', 100);
    const call = traced.inSpan('cut', () => timeout.run('charge', () => new Promise(() => {})));
    time.pass(120);
    await errorOf(call);
    assert.deepEqual(traced.eventsOf('cut'), [
      {
        name: 'timeout.exceeded',
        attributes: {
          'resilience.operation': 'charge',
          'resilience.outcome': 'timeout',
          'resilience.limit': 0.1,
          'resilience.elapsed': 0.1,
        },
      },
    ]);
  });

  it('tell of a call that would have been cut', async () => {
    const timeout = new AdaptiveTimeout({ clock: time.clock, mode: 'observe' });
    timeout.set('charge', 100);
    const work = new HeldWork();
    const call = traced.inSpan('observed', () => timeout.run('charge', work.run));
    time.pass(100);
    work.finish();
    assert.equal(await call, 'done');
    assert.deepEqual(
      traced.eventsOf('observed').map(({ name, attributes }) => [name, attributes['resilience.outcome']]),
      [['timeout.exceeded', 'would_timeout']],
    );
  });

  it('tell of a timeout that was learned, on the call that taught it', async () => {
    const timeout = new AdaptiveTimeout({ clock: time.clock });
    for (let count = 0; count < 100; count++) timeout.record('charge', 10);
    time.pass(1_000);
    await traced.inSpan('teacher', () => timeout.run('charge', () => 1));
    const [event] = traced.eventsOf('teacher');
    assert.equal(event?.name, 'timeout.adjusted');
    assert.equal(event?.attributes['resilience.limit.to'], timeout.get('charge') / 1000);
    assert.ok(Number(event?.attributes['resilience.limit.from']) > timeout.get('charge') / 1000);
  });

  it('tell of a deadline that cut a call', async () => {
    const timeout = new AdaptiveTimeout({ clock: time.clock, watch: 0 });
    const call = traced.inSpan('cut', () => withDeadline(50, () => timeout.run('charge', () => new Promise(() => {}))));
    time.pass(50);
    await errorOf(call);
    assert.deepEqual(traced.eventsOf('cut'), [
      {
        name: 'deadline.exceeded',
        attributes: {
          'resilience.operation': 'charge',
          'resilience.outcome': 'timeout',
          'resilience.remaining': 0.05,
        },
      },
    ]);
  });

  it('harm nobody where there is no span, one that records nothing, or one that throws', async () => {
    const bulkhead = new Bulkhead({ name: 'payment', failureThreshold: 1, clock: time.clock });
    await errorOf(bulkhead.run(failing));
    bulkhead.reset();
    const unrecorded = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 0 });
    await context.with(trace.setSpan(context.active(), unrecorded), () => errorOf(bulkhead.run(failing)));
    bulkhead.reset();
    const hostile = Object.assign(trace.getTracer('test').startSpan('hostile'), {
      addEvent: (): never => {
        throw new Error('addEvent');
      },
    });
    const error = await context.with(trace.setSpan(context.active(), hostile), () => errorOf(bulkhead.run(failing)));
    assert.match(String(error), /failed/);
    assert.equal(bulkhead.snapshot().thrown, 1);
  });
});

describe('a guard with a span of its own', () => {
  let traced: Traced;

  beforeEach(() => {
    traced = new Traced();
  });

  afterEach(() => traced[Symbol.dispose]());

  it('starts none unless asked', async () => {
    await guard(() => 1, { operation: 'quiet', bulkhead: new Bulkhead({ name: 'payment' }) })();
    assert.deepEqual(traced.spans, []);
  });

  it('names it after the operation, under the active span, with what is called inside under it', async () => {
    const inner = (): Promise<void> => traced.inSpan('inner', settle);
    await traced.inSpan('outer', guard(inner, { operation: 'charge', span: true }));
    const [within, own, outer] = traced.spans;
    assert.deepEqual([within?.name, own?.name, outer?.name], ['inner', 'charge', 'outer']);
    assert.equal(within?.parentSpanContext?.spanId, own?.spanContext().spanId);
    assert.equal(own?.parentSpanContext?.spanId, outer?.spanContext().spanId);
    assert.equal(own?.kind, SpanKind.INTERNAL);
    assert.equal(own?.attributes['resilience.operation'], 'charge');
  });

  it('marks it as an error, by the code of the error, and writes the events there', async () => {
    const bulkhead = new Bulkhead({ name: 'payment' });
    bulkhead.isolate();
    await errorOf(guard(() => 1, { operation: 'charge', bulkhead, span: true })());
    const [span] = traced.spans;
    assert.equal(span?.status.code, SpanStatusCode.ERROR);
    assert.equal(span?.attributes['error.type'], 'BULKHEAD_REJECTED');
    assert.deepEqual(
      traced.eventsOf('charge').map(({ name }) => name),
      ['bulkhead.rejected'],
    );
  });
});
