import assert from 'node:assert/strict';
import { type CallOptions, type Interceptor, type InterceptorOptions, status, type StatusObject } from '@grpc/grpc-js';
import { settle } from '../support/held-work.ts';
import { grpc, GuardedStock } from './guarded-stock.ts';

describe('interceptors of guarded gRPC calls', () => {
  let stock: GuardedStock;
  let log: string[];
  let options: InterceptorOptions[];

  beforeEach(async () => {
    stock = await GuardedStock.start();
    stock.guard({ bulkhead: { maxConcurrent: 1 } });
    log = [];
    options = [];
  });

  afterEach(() => stock[Symbol.asyncDispose]());

  const logging =
    (name: string): Interceptor =>
    (given, next) => {
      options.push(given);
      return new grpc.InterceptingCall(next(given), {
        start: (metadata, _listener, go) => {
          log.push(`${name} starts`);
          go(metadata, {
            onReceiveStatus: (received, hand) => {
              log.push(`${name} hears ${received.code}`);
              hand(received);
            },
          });
        },
      });
    };
  const [a, b] = [logging('a'), logging('b')];
  const both = ['a starts', 'b starts', 'b hears 0', 'a hears 0'];

  it('of the client stand in their order, given as they are or by providers', async () => {
    for (const client of [
      stock.connect({ interceptors: [a, b] }),
      stock.connect({ interceptor_providers: [() => a, () => undefined as unknown as Interceptor, () => b] }),
    ]) {
      await stock.get({}, client).answer;
      await settle();
      assert.deepEqual(log.splice(0), both);
    }
    assert.deepEqual(stock.counts, { success: 2 });
  });

  it('of the call take the place of those of the client', async () => {
    const client = stock.connect({ interceptors: [logging('client')] });
    for (const own of [{ interceptors: [a, b] }, { interceptor_providers: [() => a, () => b] }]) {
      await stock.get(own, client).answer;
      await settle();
      assert.deepEqual(log.splice(0), both);
    }
    assert.deepEqual(stock.counts, { success: 2 });
  });

  it('see the options that the caller gave', async () => {
    const client = stock.connect({ interceptors: [a] });
    const given: CallOptions = { deadline: Date.now() + 60_000, host: 'stock.local' };
    await stock.get(given, client).answer;
    const { method_definition: method, ...rest } = options[0]!;
    assert.deepEqual([method.path, rest], ['/shop.Stock/Get', given]);
  });

  it('see nothing of a call that is refused', async () => {
    const held = stock.server.hold();
    const first = stock.get();
    const { answer } = await held.next();
    await stock.get({ interceptors: [a] }).error;
    assert.deepEqual(log, []);
    answer(null, { count: 1 });
    await first.answer;
  });

  it('that retry make one call of several', async () => {
    let left = 3;
    stock.server.answer = (_call, callback) =>
      --left > 0 ? callback({ code: status.UNAVAILABLE }) : callback(null, { count: 5 });
    assert.deepEqual(await stock.get({ interceptors: [retrying] }).answer, { count: 5 });
    await settle();
    assert.equal(stock.server.calls.length, 3);
    assert.deepEqual(stock.counts, { success: 1 });
  });

  it('that answer by themselves, and at once, are a call that ended', async () => {
    const answering: Interceptor = (given, next) =>
      new grpc.InterceptingCall(next(given), {
        start: (_metadata, listener) => {
          listener.onReceiveMetadata(new grpc.Metadata());
          listener.onReceiveMessage({ count: 7 });
          listener.onReceiveStatus({ code: status.OK, details: '', metadata: new grpc.Metadata() });
        },
      });
    assert.deepEqual(await stock.get({ interceptors: [answering] }).answer, { count: 7 });
    await settle();
    assert.deepEqual([stock.counts, stock.server.calls.length], [{ success: 1 }, 0]);
  });

  it('that throw do so to who calls, or to who waits', async () => {
    stock.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const interceptors: Interceptor[] = [
      () => {
        throw new Error('no token');
      },
    ];
    assert.throws(() => stock.get({ interceptors }), /^Error: no token$/);
    const held = stock.server.hold();
    const first = stock.get();
    const { answer } = await held.next();
    const waiting = stock.get({ interceptors });
    answer(null, { count: 1 });
    await first.answer;
    const error = await waiting.error;
    assert.deepEqual(
      [error.code, error.details, String(error.cause)],
      [status.INTERNAL, 'no token', 'Error: no token'],
    );
    await settle();
    assert.deepEqual(stock.counts, { success: 1, cancelled: 2 });
  });

  it('and a transformer of calls of the client both hold', async () => {
    const client = stock.connect({
      callInvocationTransformer: (call) => ({ ...call, callOptions: { ...call.callOptions, interceptors: [a] } }),
    });
    await stock.get({}, client).answer;
    await settle();
    assert.deepEqual(log, ['a starts', 'a hears 0']);
    assert.deepEqual(stock.counts, { success: 1 });
  });
});

/** Sends the request again until it is answered. */
const retrying: Interceptor = (given, next) => {
  let [request, answer]: unknown[] = [];
  return new grpc.InterceptingCall(next(given), {
    start: (metadata, listener, go) => {
      const onReceiveMessage = (message: unknown): void => void (answer = message);
      const onReceiveStatus = (received: StatusObject): void => {
        if (received.code === status.OK) {
          listener.onReceiveMessage(answer);
          listener.onReceiveStatus(received);
          return;
        }
        const call = next(given);
        call.start(metadata, { onReceiveMetadata: () => {}, onReceiveMessage, onReceiveStatus });
        call.sendMessage(request);
        call.halfClose();
      };
      go(metadata, { onReceiveMessage, onReceiveStatus });
    },
    sendMessage: (message, go) => {
      request = message;
      go(message);
    },
  });
};
