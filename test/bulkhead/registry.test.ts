import assert from 'node:assert/strict';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import { BulkheadRegistry, bulkheadsOf } from '../../src/bulkhead/registry.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { errorOf, HeldWork } from '../support/held-work.ts';

const HOUR = 3_600_000;

describe('a registry of bulkheads', () => {
  let now = 0;
  const clock = (): number => now;

  beforeEach(() => {
    now = 0;
  });

  it('makes each bulkhead once, with its own options or the common ones', () => {
    const registry = new BulkheadRegistry({ clock, maxConcurrent: 3, maxQueue: 2 });
    const payment = registry.create({ name: 'payment', maxConcurrent: 7 });
    assert.equal(registry.get('payment'), payment);
    assert.equal(registry.get('stock'), registry.get('stock'));
    const { payment: one, stock: other } = registry.snapshot();
    assert.deepEqual([one?.maxConcurrent, one?.maxQueue, other?.maxConcurrent, other?.maxQueue], [7, 2, 3, 2]);
    assert.ok(Object.isFrozen(registry.snapshot()));
    assert.throws(
      () => registry.create({ name: 'stock' }),
      /name: expected a name that no other bulkhead has, got "stock"/,
    );
  });

  it('is bounded: names beyond share one bulkhead', () => {
    const registry = new BulkheadRegistry({ clock, maxBulkheads: 2 });
    registry.get('a');
    registry.get('b');
    assert.equal(registry.get('c'), registry.get('d'));
    assert.equal(registry.get('c').name, '_OTHER');
    assert.throws(() => registry.create({ name: 'e' }), ConfigurationError);
    assert.equal(bulkheadsOf(registry).length, 3);
  });

  it('lets the idle go, but none that is busy, unwell or made by hand', async () => {
    const registry = new BulkheadRegistry({ clock, isolationThreshold: 1, recoveryTime: '1d' });
    const work = new HeldWork();
    const busy = registry.get('busy').run(work.run);
    await errorOf(registry.get('unwell').run(() => Promise.reject(new Error('down'))));
    registry.create({ name: 'made' });
    registry.get('idle');
    now = HOUR / 2;
    registry.get('used');
    now = HOUR;
    assert.deepEqual(Object.keys(registry.snapshot()), ['busy', 'unwell', 'made', 'used']);
    work.finish();
    await busy;
  });

  it('makes room by letting the idle go', () => {
    const registry = new BulkheadRegistry({ clock, maxBulkheads: 2, idleTime: '10s' });
    registry.get('a');
    registry.get('b');
    now = 10_000;
    assert.equal(registry.get('c').name, 'c');
  });

  it('shuts all down, and what comes later with them', async () => {
    const registry = new BulkheadRegistry({ clock });
    const work = new HeldWork();
    const running = registry.get('a').run(work.run);
    const stopped = registry.shutdown();
    assert.equal(registry.shutdown(), stopped);
    for (const name of ['a', 'b'])
      assert.equal(((await errorOf(registry.get(name).run(() => 1))) as { reason: string }).reason, 'shutdown');
    work.finish();
    await running;
    await stopped;
    await registry[Symbol.asyncDispose]();
  });

  it('makes the kind of bulkhead that a subclass wants', () => {
    class Own extends Bulkhead {}
    class OwnRegistry extends BulkheadRegistry {
      protected override make(options: ConstructorParameters<typeof Bulkhead>[0]): Bulkhead {
        return new Own(options);
      }
    }
    assert.ok(new OwnRegistry().get('a') instanceof Own);
  });

  it('refuses what it cannot use, when it is made', () => {
    for (const [options, message] of [
      [{ maxBulkheads: 0 }, 'maxBulkheads: expected a whole number of 1 to 100000, got 0'],
      [{ idleTime: '0s' }, 'idleTime: expected over 0'],
      [{ maxConcurrent: 0 }, 'maxConcurrent: expected a whole number of 1 to 1000000, got 0'],
    ] as const)
      assert.throws(
        () => new BulkheadRegistry(options),
        (error: Error) => error.message.startsWith(message),
      );
  });
});
