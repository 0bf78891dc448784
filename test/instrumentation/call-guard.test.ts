import assert from 'node:assert/strict';
import { context, SpanKind, trace } from '@opentelemetry/api';
import type { GuardRule } from '../../src/config/config.ts';
import type { CallGuard } from '../../src/instrumentation/clients/call-guard.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { withDeadline } from '../../src/time/ambient.ts';
import { DrivenExchange, FollowedExchange } from '../support/exchanges.ts';
import { settle } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';
import { Traced } from '../support/traced.ts';

describe('the guard of a client call', () => {
  let time: StoppedClock;
  let guards: ConfiguredGuards;

  const guardOf = (rule: Omit<GuardRule, 'match'>): CallGuard => {
    guards.apply([{ match: { service: '*' }, ...rule }]);
    return guards.rules.peer('http', 'stock', (name) => ({ name, aliases: [] }))!.call('GET')!;
  };
  const standing = (): object => {
    const { inFlight, queued, overrun, calls } = guards.bulkheads.get('stock').snapshot();
    const { success, failure, timeout, cancelled, rejected } = calls;
    return { inFlight, queued, overrun, success, failure, timeout, cancelled, full: rejected.full };
  };
  const idle = { inFlight: 0, queued: 0, overrun: 0, success: 0, failure: 0, timeout: 0, cancelled: 0, full: 0 };

  beforeEach(() => {
    time = new StoppedClock();
    guards = new ConfiguredGuards({ clock: time.clock });
  });

  afterEach(async () => {
    await guards.shutdown();
    time.restore();
  });

  it('sends at once where there is room, and holds the slot until nothing of the call runs', async () => {
    const call = new DrivenExchange(guardOf({ bulkhead: { maxConcurrent: 1 }, timeout: 'adaptive' }));
    assert.deepEqual(call.log, ['send']);
    call.progress.answered();
    await settle();
    assert.deepEqual(standing(), { ...idle, inFlight: 1 });
    call.progress.ended();
    await settle();
    assert.deepEqual(standing(), { ...idle, success: 1 });
    assert.deepEqual(call.log, ['send']);
  });

  it('fails what there is no room for, unsent', async () => {
    const guard = guardOf({ bulkhead: { maxConcurrent: 1 } });
    const [first, second] = [new DrivenExchange(guard), new DrivenExchange(guard)];
    await settle();
    assert.deepEqual([second.log, second.code], [['fail'], 'BULKHEAD_REJECTED']);
    first.progress.ended();
    await settle();
    assert.deepEqual(standing(), { ...idle, success: 1, full: 1 });
  });

  it('sends what waited when a slot is free, in the context of its caller', async () => {
    using traced = new Traced();
    const guard = guardOf({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const first = new DrivenExchange(guard);
    let active: unknown;
    const [span, second] = trace.getTracer('test').startActiveSpan('caller', (caller) => {
      const sees = (): void => void (active = trace.getActiveSpan());
      return [caller, new DrivenExchange(guard, sees)] as const;
    });
    assert.deepEqual(second.log, []);
    first.progress.ended();
    await settle();
    assert.deepEqual(second.log, ['send']);
    assert.equal(active, span);
    span.end();
    assert.deepEqual(
      traced.eventsOf('caller').map(({ name }) => name),
      ['bulkhead.queued'],
    );
    second.progress.ended();
  });

  it('takes a waiting call that its caller gave up out of the queue', async () => {
    const guard = guardOf({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const [first, second] = [new DrivenExchange(guard), new DrivenExchange(guard)];
    second.progress.cancelled();
    await settle();
    assert.deepEqual(second.log, []);
    assert.deepEqual(standing(), { ...idle, inFlight: 1, cancelled: 1 });
    first.progress.ended();
  });

  it('counts a running call that its caller gave up as cancelled', async () => {
    const call = new DrivenExchange(guardOf({ bulkhead: {}, timeout: 'adaptive' }));
    call.progress.cancelled();
    await settle();
    assert.deepEqual(standing(), { ...idle, cancelled: 1 });
    assert.equal(guards.timeouts.snapshot().operations[0]?.calls.cancelled, 1);
    assert.deepEqual(call.log, ['send']);
  });

  it('counts a failure at once, and holds the slot until the body has ended', async () => {
    const call = new DrivenExchange(guardOf({ bulkhead: {}, timeout: 'adaptive' }));
    call.progress.answered(new Error('503'));
    await settle();
    assert.deepEqual(standing(), { ...idle, inFlight: 1, overrun: 1, failure: 1 });
    call.progress.ended();
    await settle();
    assert.deepEqual(standing(), { ...idle, failure: 1 });
    assert.deepEqual(call.log, ['send'], 'its client knows how it went');
  });

  it('counts a failure after the answer has begun', async () => {
    const call = new DrivenExchange(guardOf({ bulkhead: {} }));
    call.progress.answered();
    call.progress.ended(new Error('reset'));
    await settle();
    assert.deepEqual(standing(), { ...idle, failure: 1 });
    assert.deepEqual(call.log, ['send']);
  });

  it('gives a call up at its timeout, and holds the slot until its work has ended', async () => {
    const call = new DrivenExchange(guardOf({ bulkhead: {}, timeout: '2s' }));
    time.pass(2_100);
    await settle();
    assert.deepEqual([call.log, call.code], [['send', 'fail'], 'OPERATION_TIMEOUT']);
    assert.deepEqual(standing(), { ...idle, inFlight: 1, overrun: 1, timeout: 1 });
    call.progress.ended(new Error('aborted'));
    await settle();
    assert.deepEqual(standing(), { ...idle, timeout: 1 });
  });

  it('times nothing out once the answer has begun', async () => {
    const call = new DrivenExchange(guardOf({ bulkhead: {}, timeout: '2s' }));
    call.progress.answered();
    await settle();
    time.pass(60_000);
    await settle();
    assert.deepEqual(call.log, ['send']);
    call.progress.ended();
  });

  it('follows a call that timed out where its client can, and then stops it', async () => {
    const call = new FollowedExchange(guardOf({ timeout: { initial: '1s', max: '4s' } }));
    time.pass(1_100);
    await settle();
    assert.deepEqual(call.log, ['send', 'fail']);
    time.pass(4_000);
    await settle();
    assert.deepEqual(call.log, ['send', 'fail', 'abort']);
    call.progress.ended(new Error('aborted'));
  });

  it('learns nothing from work that it stopped, and from work that ended while it was followed', async () => {
    const guard = guardOf({ timeout: { initial: '1s', max: '100s' } });
    const stalled = async (Kind: typeof DrivenExchange): Promise<number> => {
      for (let count = 0; count < 10; count++) {
        const call = new Kind(guard);
        time.pass(1_100);
        await settle();
        call.progress.ended(new Error('gone'));
        await settle();
      }
      for (let count = 0; count < 100; count++) {
        const call = new Kind(guard);
        time.pass(10);
        call.progress.ended();
        await settle();
      }
      return guards.allTimeouts[1]!.snapshot().operations[0]!.stalledRatio;
    };
    assert.equal(await stalled(DrivenExchange), 0, 'stopped by us');
    assert.ok((await stalled(FollowedExchange)) > 0.02, 'failed while it was followed');
  });

  it('refuses what the deadline leaves no time for, unsent', async () => {
    using traced = new Traced();
    const guard = guardOf({ bulkhead: {} });
    const call = withDeadline(0, () => new DrivenExchange(guard));
    await settle();
    assert.deepEqual([call.log, call.code], [['fail'], 'DEADLINE_EXCEEDED']);
    assert.deepEqual(traced.spans, []);
  });

  it('surfaces what sending throws', async () => {
    const call = new DrivenExchange(guardOf({ bulkhead: {} }), () => {
      throw new Error('invalid');
    });
    await settle();
    assert.match(String(call.error), /invalid/);
    call.progress.ended();
    await settle();
    assert.deepEqual(standing(), { ...idle, failure: 1 });
  });

  it('writes on the client span that starts while the call is sent', async () => {
    using traced = new Traced(new SlaSpanProcessor());
    const guard = guardOf({ timeout: '1s' });
    await traced.inSpan('caller', async () => {
      const tracer = trace.getTracer('test');
      let sent = tracer.startSpan('unset');
      const call = new DrivenExchange(guard, () => {
        tracer.startSpan('unrelated').end();
        sent = tracer.startSpan('GET', { kind: SpanKind.CLIENT }, context.active());
      });
      time.pass(1_100);
      await settle();
      sent.end();
      call.progress.ended();
    });
    const names = (span: string): string[] => traced.eventsOf(span).map(({ name }) => name);
    assert.deepEqual([names('GET'), names('caller'), names('unrelated')], [['timeout.exceeded'], [], []]);
  });
});
