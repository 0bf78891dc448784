import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { ConfigurationError } from '../../src/errors.ts';
import { activeSignal, deadlineAt, remainingMillis, withDeadline, withSignal } from '../../src/time/ambient.ts';

describe('withDeadline', () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });

  afterEach(() => {
    context.disable();
    clock.restore();
  });

  it('knows no deadline where none is set', () => {
    assert.equal(remainingMillis(), undefined);
    assert.equal(deadlineAt(), undefined);
  });

  it('gives what the function gives, and tells inside what is left', () => {
    const given = withDeadline('1s', () => {
      clock.tick(300);
      return remainingMillis();
    });
    assert.equal(given, 700);
    assert.equal(remainingMillis(), undefined);
  });

  it('leaves nothing, and never less, once it has passed', () => {
    withDeadline(10, () => {
      clock.tick(11);
      assert.equal(remainingMillis(), 0);
    });
  });

  it('is shortened by one inside, and never extended', () => {
    withDeadline(1_000, () => {
      withDeadline(100, () => assert.equal(remainingMillis(), 100));
      withDeadline(5_000, () => assert.equal(remainingMillis(), 1_000));
      assert.equal(remainingMillis(), 1_000);
    });
  });

  it('goes along across awaits', async () => {
    await withDeadline(1_000, async () => {
      await turn();
      clock.tick(400);
      await Promise.resolve();
      assert.equal(remainingMillis(), 600);
    });
  });

  it('keeps the deadlines of parallel calls apart', async () => {
    const left = await Promise.all(
      [100, 200, 300].map((millis) =>
        withDeadline(millis, async () => {
          await turn();
          return remainingMillis();
        }),
      ),
    );
    assert.deepEqual(left, [100, 200, 300]);
  });

  it('refuses what is no duration, and calls nothing', () => {
    for (const timeout of [-1, NaN, Infinity, '1 week' as '1d'])
      assert.throws(
        () => withDeadline(timeout, () => assert.fail('called')),
        (error: unknown) => error instanceof ConfigurationError && error.message.startsWith('timeout: '),
      );
  });
});

describe('activeSignal', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterEach(() => context.disable());

  it('is none outside of guards', () => {
    assert.equal(activeSignal(), undefined);
  });

  it('is that of the innermost guard, across awaits and beside parallel ones', async () => {
    const [outer, inner, other] = [new AbortController(), new AbortController(), new AbortController()];
    const seen = await Promise.all([
      withSignal(
        () => outer.signal,
        async () => {
          await turn();
          const within = withSignal(() => inner.signal, activeSignal);
          return [activeSignal(), within];
        },
      ),
      withSignal(
        () => other.signal,
        async () => {
          await turn();
          return [activeSignal()];
        },
      ),
    ]);
    assert.deepEqual(
      seen.flat().map((signal) => [outer, inner, other].findIndex((each) => each.signal === signal)),
      [0, 1, 2],
    );
  });

  it('makes no signal before it is asked for one', () => {
    let made = 0;
    const make = (): AbortSignal => {
      made++;
      return AbortSignal.abort();
    };
    withSignal(make, () => assert.equal(made, 0));
    withSignal(make, () => activeSignal());
    assert.equal(made, 1);
  });
});
