import assert from 'node:assert/strict';
import type { GuardRule } from '../../src/config/config.ts';
import type { CallGuard } from '../../src/instrumentation/clients/call-guard.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { DrivenExchange } from '../support/exchanges.ts';
import { settle } from '../support/held-work.ts';

/** A slot came back some turns after its call had ended, so that whoever called again at once was refused. */
describe('the slot of a client call that has ended', () => {
  let guards: ConfiguredGuards;

  beforeEach(() => (guards = new ConfiguredGuards()));
  afterEach(() => guards.shutdown());

  const guardOf = (rule: Omit<GuardRule, 'match'>): CallGuard => {
    guards.apply([{ match: { service: '*' }, ...rule }]);
    return guards.rules.peer('pg', 'stock', (name) => ({ name, aliases: [] }))!.call('SELECT')!;
  };
  const standing = (): object => {
    const { inFlight, overrun, calls } = guards.bulkheads.get('stock').snapshot();
    const { success, failure, timeout, cancelled } = calls;
    return { inFlight, overrun, success, failure, timeout, cancelled };
  };

  it('is free for the next one at once, however it ended', async () => {
    const guard = guardOf({ bulkhead: { maxConcurrent: 1 }, timeout: 'adaptive' });
    const call = (): DrivenExchange => new DrivenExchange(guard);
    call().progress.ended();
    call().progress.ended(new Error('failed'));
    const unwell = call();
    unwell.progress.answered(new Error('unwell'));
    unwell.progress.ended();
    call().progress.cancelled();
    assert.deepEqual(call().log, ['send']);
    await settle();
    assert.deepEqual(standing(), { inFlight: 1, overrun: 0, success: 1, failure: 2, timeout: 0, cancelled: 1 });
  });

  it('is free at once where the call had timed out, and is counted once', async () => {
    const guard = guardOf({ bulkhead: { maxConcurrent: 1 }, timeout: '1ms' });
    const call = new DrivenExchange(guard);
    await new Promise<void>((resolve) => {
      call.fail = () => resolve();
    });
    assert.deepEqual(standing(), { inFlight: 1, overrun: 1, success: 0, failure: 0, timeout: 1, cancelled: 0 });
    call.progress.ended();
    assert.deepEqual(new DrivenExchange(guard).log, ['send']);
    await settle();
    assert.deepEqual(standing(), { inFlight: 1, overrun: 0, success: 0, failure: 0, timeout: 1, cancelled: 0 });
  });
});
