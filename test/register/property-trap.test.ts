import assert from 'node:assert/strict';
import { fake } from 'sinon';
import { whenCalled, whenSet } from '../../src/instrumentation/property-trap.ts';

const nothing: Disposable = { [Symbol.dispose]: () => undefined };

interface Slot {
  part?: object | undefined;
}

describe('whenSet', () => {
  it('calls with what is there already', () => {
    const part = {};
    const listener = fake.returns(nothing);
    whenSet({ part }, 'part', listener);
    assert.deepEqual(listener.args, [[part]]);
  });

  it('calls while the property is being set, when it can be read already', () => {
    const slot: Slot = {};
    const read: unknown[] = [];
    whenSet(slot, 'part', (value) => {
      read.push(value, slot.part);
      return nothing;
    });
    assert.equal(slot.part, undefined);
    const part = {};
    slot.part = part;
    assert.deepEqual(read, [part, part]);
  });

  it('leaves an ordinary property behind', () => {
    const slot: Slot = {};
    const listener = fake.returns(nothing);
    whenSet(slot, 'part', listener);
    slot.part = {};
    assert.deepEqual(Object.getOwnPropertyDescriptor(slot, 'part'), {
      value: {},
      configurable: true,
      enumerable: true,
      writable: true,
    });
    slot.part = {};
    delete slot.part;
    slot.part = {};
    assert(listener.calledOnce);
  });

  it('waits on while what is set is no object', () => {
    const slot: Slot = { part: undefined };
    const listener = fake.returns(nothing);
    whenSet(slot, 'part', listener);
    slot.part = undefined;
    assert.equal(slot.part, undefined);
    assert(listener.notCalled);
    slot.part = {};
    assert(listener.calledOnce);
  });

  it('leaves no trace once it is disposed of', () => {
    const slot: Slot = {};
    const listener = fake.returns(nothing);
    whenSet(slot, 'part', listener)[Symbol.dispose]();
    assert.deepEqual(Object.getOwnPropertyDescriptors(slot), {});
    slot.part = {};
    assert(listener.notCalled);
  });

  it('disposes of what its listener began', () => {
    const slot: Slot = {};
    const dispose = fake();
    const trap = whenSet(slot, 'part', () => ({ [Symbol.dispose]: dispose }));
    slot.part = {};
    trap[Symbol.dispose]();
    assert(dispose.calledOnce);
  });

  it('lies upon another, in either order of disposal', () => {
    for (const disposed of [[], [0], [1], [0, 1], [1, 0]]) {
      const slot: Slot = {};
      const listeners = [fake.returns(nothing), fake.returns(nothing)];
      const traps = listeners.map((listener) => whenSet(slot, 'part', listener));
      for (const index of disposed) traps[index]?.[Symbol.dispose]();
      const part = {};
      slot.part = part;
      assert.equal(slot.part, part);
      assert.deepEqual(
        listeners.map(({ callCount }) => callCount),
        [0, 1].map((index) => (disposed.includes(index) ? 0 : 1)),
        `disposed: ${disposed.join()}`,
      );
      assert.equal(Object.getOwnPropertyDescriptor(slot, 'part')?.value, part);
    }
  });

  it('lets nothing out that its listener throws', () => {
    const slot: Slot = {};
    whenSet(slot, 'part', () => {
      throw new Error('listener');
    });
    slot.part = {};
    assert.deepEqual(slot.part, {});
  });
});

describe('whenCalled', () => {
  class Proxied {
    readonly given: unknown[] = [];
    give(value: unknown): number {
      return this.given.push(value);
    }
  }

  it('calls once, with the first argument, after the call has had its effect', () => {
    const target = new Proxied();
    const seen: unknown[] = [];
    whenCalled(target, 'give', (value) => seen.push(value, target.given.length));
    assert.equal(target.give('a'), 1);
    assert.equal(target.give('b'), 2);
    assert.deepEqual(seen, ['a', 1]);
    assert(!Object.hasOwn(target, 'give'));
  });

  it('lies upon another, in either order of disposal', () => {
    for (const disposed of [[], [0], [1], [0, 1], [1, 0]]) {
      const target = new Proxied();
      const listeners = [fake(), fake()];
      const traps = listeners.map((listener) => whenCalled(target, 'give', listener));
      for (const index of disposed) traps[index]?.[Symbol.dispose]();
      target.give('a');
      target.give('b');
      assert.deepEqual(target.given, ['a', 'b']);
      assert.deepEqual(
        listeners.map(({ callCount }) => callCount),
        [0, 1].map((index) => (disposed.includes(index) ? 0 : 1)),
      );
    }
  });

  it('throws what the call throws, and lets nothing out that its listener throws', () => {
    const failing = { fail: fake.throws(new Error('call')), give: fake.returns(1) };
    whenCalled(failing, 'fail', fake());
    assert.throws(() => failing.fail(), /call/);
    whenCalled(failing, 'give', fake.throws(new Error('listener')));
    assert.equal(failing.give(), 1);
  });
});
