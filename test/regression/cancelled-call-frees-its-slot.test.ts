import assert from 'node:assert/strict';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { DrivenExchange } from '../support/exchanges.ts';
import { settle } from '../support/held-work.ts';

describe('a running call that its caller gave up', () => {
  for (const rule of [{ bulkhead: {} }, { bulkhead: {}, timeout: 'adaptive' as const }]) {
    it(`frees its slot, guarded by ${Object.keys(rule).join(' and ')}`, async () => {
      const guards = new ConfiguredGuards();
      guards.apply([{ match: { service: '*' }, ...rule }]);
      const guard = guards.rules.peer('http', 'stock', (name) => ({ name, aliases: [] }))!.call('GET')!;
      new DrivenExchange(guard).progress.cancelled();
      await settle();
      const { inFlight, overrun, calls } = guards.bulkheads.get('stock').snapshot();
      assert.deepEqual([inFlight, overrun, calls.cancelled, calls.success], [0, 0, 1, 0]);
      await guards.shutdown();
    });
  }
});
