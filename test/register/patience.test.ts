import assert from 'node:assert/strict';
import { fake, restore, useFakeTimers } from 'sinon';
import { patience } from '../../src/instrumentation/patience.ts';

describe('patience', () => {
  afterEach(() => restore());

  it('ends once after its time, and leaves nothing behind', () => {
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const listeners = process.listenerCount('exit');
    const end = fake();
    patience(100, end);
    assert.equal(process.listenerCount('exit'), listeners + 1);
    clock.tick(99);
    assert(end.notCalled);
    clock.tick(1_000);
    assert(end.calledOnce);
    assert.equal(process.listenerCount('exit'), listeners);
  });

  it('ends before its time where the process exits', () => {
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const end = fake();
    patience(100, end);
    process.listeners('exit').at(-1)?.call(process, 0);
    clock.tick(1_000);
    assert(end.calledOnce);
  });

  it('does not end once it is disposed of', () => {
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const listeners = process.listenerCount('exit');
    const end = fake();
    patience(100, end)[Symbol.dispose]();
    clock.tick(1_000);
    assert(end.notCalled);
    assert.equal(process.listenerCount('exit'), listeners);
  });
});
