import assert from 'node:assert/strict';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { DrivenExchange } from '../support/exchanges.ts';

describe('a guarded call to a peer whose name no compartment can have', () => {
  const addresses = Array.from({ length: 20 }, (_, index) => `10.0.0.${index}:50051`).join(',');
  for (const [what, peer, name] of [
    ['too long', addresses, `${addresses.slice(0, 199)}…`],
    ['empty', '', '_OTHER'],
  ] as const)
    it(`is sent, where the name is ${what}`, async () => {
      const guards = new ConfiguredGuards();
      guards.apply([{ match: { service: '*' }, bulkhead: {}, timeout: 'adaptive' }]);
      const guard = guards.rules.peer('grpc', peer, () => ({ name: peer, aliases: [] }))!.call('stock.Stock/Get')!;
      assert.deepEqual(new DrivenExchange(guard).log, ['send']);
      assert.deepEqual(Object.keys(guards.bulkheads.snapshot()), [name]);
      await guards.shutdown();
    });
});
