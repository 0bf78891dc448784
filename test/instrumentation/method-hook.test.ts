import assert from 'node:assert/strict';
import { InstrumentationBase, isWrapped } from '@opentelemetry/instrumentation';
import { hookMethod } from '../../src/instrumentation/clients/method-hook.ts';

describe('a hooked method', () => {
  class Client {
    call(): string {
      return 'call';
    }
  }
  type Call = Client['call'];
  const hook = (owner: object = Client.prototype): (() => void) =>
    hookMethod(owner, 'call', (original: Call) => {
      return function call(this: Client): string {
        return `hooked ${original.apply(this)}`;
      };
    });

  it('is as it was when it is taken out', () => {
    const before = Object.getOwnPropertyDescriptor(Client.prototype, 'call');
    const remove = hook();
    assert.equal(new Client().call(), 'hooked call');
    assert.deepEqual(Object.keys(Client.prototype), []);
    remove();
    remove();
    assert.deepEqual(Object.getOwnPropertyDescriptor(Client.prototype, 'call'), before);
  });

  it('stays inside of what somebody has wrapped around it, and is not put in twice', () => {
    const remove = hook();
    const { prototype } = Client;
    const inner = Reflect.get(prototype, 'call');
    prototype.call = function call(): string {
      return `wrapped ${inner.apply(this)}`;
    };
    remove();
    assert.equal(new Client().call(), 'wrapped hooked call');
    const again = hook();
    assert.equal(new Client().call(), 'wrapped hooked call');
    prototype.call = inner;
    again();
    assert.equal(new Client().call(), 'call');
  });

  it('gives an instrumentation back what that has wrapped before, so that it wraps it once', () => {
    const instrumentation = new Instrumented();
    instrumentation.wrap(Client.prototype);
    const remove = hook();
    assert.equal(new Client().call(), 'hooked wrapped call');
    assert.equal(isWrapped(Reflect.get(Client.prototype, 'call')), true);
    instrumentation.unwrap(Client.prototype);
    assert.equal(isWrapped(Reflect.get(Client.prototype, 'call')), false);
    instrumentation.wrap(Client.prototype);
    assert.equal(new Client().call(), 'wrapped hooked call');
    instrumentation.unwrap(Client.prototype);
    remove();
    assert.equal(new Client().call(), 'call');
    assert.deepEqual(Object.keys(Client.prototype), []);
  });

  it('has to be there', () => {
    assert.throws(() => hook({}), TypeError);
  });
});

/** Wraps `call` as the instrumentations of OpenTelemetry do. */
class Instrumented extends InstrumentationBase {
  constructor() {
    super('test', '1.0.0', {});
  }

  protected init(): void {}

  wrap(owner: { call(): string }): void {
    const { _wrap: wrap } = this;
    wrap(owner, 'call', (original) => {
      return function call(this: { call(): string }): string {
        return `wrapped ${original.apply(this)}`;
      };
    });
  }

  unwrap(owner: { call(): string }): void {
    const { _unwrap: unwrap } = this;
    unwrap(owner, 'call');
  }
}
