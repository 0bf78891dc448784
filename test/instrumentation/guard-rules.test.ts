import assert from 'node:assert/strict';
import { context } from '@opentelemetry/api';
import type { ClientName, GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { DrivenExchange } from '../support/exchanges.ts';
import { settle } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';

const shop = { name: 'db.local:5433', aliases: ['db.local', 'postgresql/shop'] };
const SUPPRESS = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

describe('the rules for guards', () => {
  let guards: ConfiguredGuards;

  beforeEach(() => {
    guards = new ConfiguredGuards();
  });

  afterEach(() => guards.shutdown());

  /** The compartment and the operation that the first matching rule gives. */
  const found = (
    rules: GuardRule[],
    { client = 'pg', operation = 'SELECT', path, peer = shop }: Partial<Call> = {},
  ): string | undefined => {
    guards.apply(rules);
    const parts = guards.rules.peer(client, peer.name, () => peer)?.call(operation, path)?.parts;
    return parts && `${parts.bulkhead?.().name} | ${parts.operation}`;
  };

  it('match a peer by its name or any other it has, exactly or by a pattern', () => {
    for (const service of ['db.local:5433', 'db.local', 'postgresql/*', '*', 'd?.local'])
      assert.equal(found([{ match: { service }, bulkhead: {} }]), 'db.local:5433 | db.local:5433 SELECT', service);
    assert.equal(found([{ match: { service: 'db' }, bulkhead: {} }]), undefined);
  });

  it('match by client and by operation', () => {
    assert.equal(found([{ match: { client: ['http', 'fetch'] }, bulkhead: {} }]), undefined);
    assert.ok(found([{ match: { client: 'pg' }, bulkhead: {} }]));
    assert.equal(found([{ match: { operation: 'INSERT' }, bulkhead: {} }]), undefined);
    assert.equal(found([{ match: { operation: 'SEL*' }, bulkhead: {} }]), 'db.local:5433 SEL* | db.local:5433 SELECT');
  });

  it('match a path, which never becomes a name', () => {
    const rules = [{ match: { operation: 'GET /stock/*' }, bulkhead: {} }];
    const peer = { name: 'stock', aliases: [] };
    const call = (path: string): string | undefined => found(rules, { client: 'http', operation: 'GET', path, peer });
    assert.equal(call('/stock/4711'), 'stock GET /stock/* | stock GET /stock/*');
    assert.equal(call('/health'), undefined);
  });

  it('count in their order: the first that matches', () => {
    const rules = [
      { match: { operation: 'SELECT' }, name: 'reads', bulkhead: {} },
      { match: { service: '*' }, name: 'all', bulkhead: {} },
    ];
    assert.equal(found(rules), 'reads | reads SELECT');
    assert.equal(found(rules, { operation: 'INSERT' }), 'all | all INSERT');
  });

  it('leave alone what exporters send', () => {
    using traced = new Traced();
    const rules = [{ match: { service: '*' }, bulkhead: {} }];
    assert.equal(
      context.with(context.active().setValue(SUPPRESS, true), () => found(rules)),
      undefined,
    );
    assert.ok(found(rules));
    assert.deepEqual(traced.spans, []);
  });

  it('remember a bounded number of peers', () => {
    guards.apply([{ match: { service: 'x*' }, timeout: 'adaptive' }]);
    let asked = 0;
    const ask = (name: string): unknown => guards.rules.peer('http', name, () => (asked++, { name, aliases: [] }));
    for (let number = 0; number < 1_500; number++) ask(`x${number}`);
    ask('x1499');
    assert.equal(asked, 1_500, 'the latest are known');
    ask('x0');
    assert.equal(asked, 1_501, 'the oldest is forgotten');
  });

  it('give a rule its timeout: learned, fixed, or learned with options of its own', () => {
    guards.apply([
      { match: { operation: 'A' }, timeout: 'adaptive' },
      { match: { operation: 'B' }, timeout: '300ms' },
      { match: { operation: 'C' }, timeout: { max: '1s' } },
    ]);
    const [a, b, c] = ['A', 'B', 'C'].map((each) => guards.rules.peer('pg', 'db', () => shop)!.call(each)!.parts);
    assert.deepEqual(
      [a!.timeout, b!.timeout, c!.timeout],
      [...guards.allTimeouts.slice(0, 1), a!.timeout, guards.allTimeouts[1]],
    );
    assert.deepEqual([a!.timeoutMillis, b!.timeoutMillis, c!.timeoutMillis], [undefined, 300, undefined]);
  });

  it('are swapped while calls run, and compartments and timeouts keep what they know', async () => {
    const rule = (maxConcurrent: number, max: '10s' | '20s'): GuardRule[] => [
      { match: { service: '*' }, bulkhead: { maxConcurrent, maxQueue: 1 }, timeout: { max } },
    ];
    guards.apply(rule(1, '10s'));
    const call = (): DrivenExchange => new DrivenExchange(guards.rules.peer('pg', 'db', () => shop)!.call('SELECT')!);
    const [first, second] = [call(), call()];
    assert.deepEqual(second.log, []);
    guards.apply(rule(2, '20s'));
    call().progress.ended();
    await settle();
    assert.deepEqual(second.log, ['send'], 'there is room for two now');
    first.progress.ended();
    second.progress.ended();
    await settle();
    const bulkhead = guards.bulkheads.get(shop.name).snapshot();
    assert.deepEqual([bulkhead.maxConcurrent, bulkhead.calls.success, bulkhead.inFlight], [2, 3, 0]);
    assert.equal(guards.allTimeouts.length, 2);
    assert.equal(guards.allTimeouts[1]!.snapshot().operations[0]!.calls.success, 3);
  });

  it('let everything pass when they are gone', () => {
    assert.ok(found([{ match: { service: '*' }, timeout: { max: '1s' } }]));
    assert.equal(found([]), undefined);
    assert.equal(guards.allTimeouts.length, 1);
  });
});

interface Call {
  readonly client: ClientName;
  readonly operation: string;
  readonly path: string;
  readonly peer: { readonly name: string; readonly aliases: string[] };
}
