import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { type ClientOptions, Metadata } from '@grpc/grpc-js';
import { context, createContextKey } from '@opentelemetry/api';
import { settle } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';
import { type Level, loadedClient, staticClient, STATIC_DEFINITION, type StockClient } from './grpc-stock.ts';
import { grpc, GuardedStock } from './guarded-stock.ts';

const SUPPRESS = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

describe('guarded gRPC calls', () => {
  let stock: GuardedStock;

  beforeEach(async () => {
    stock = await GuardedStock.start();
    stock.guard({ bulkhead: {} });
  });

  afterEach(() => stock[Symbol.asyncDispose]());

  const answered = async (client: StockClient): Promise<void> => {
    assert.deepEqual(await stock.get({}, client).answer, { count: 1 });
    await settle();
  };

  it('pass the compartment of their peer, of generated, bare and derived clients', async () => {
    const Loaded = loadedClient(grpc);
    class Derived extends Loaded {}
    for (const Client of [Loaded, staticClient(grpc), Derived]) await answered(stock.connect({}, Client));
    const bare = stock.connect({}, grpc.Client as unknown as typeof Loaded);
    const { path, requestSerialize, responseDeserialize } = STATIC_DEFINITION['get']!;
    const level = await new Promise((resolve, reject) => {
      bare.makeUnaryRequest(path, requestSerialize, responseDeserialize, { id: 'a' }, (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
    assert.deepEqual(level, { count: 1 });
    await settle();
    assert.deepEqual(stock.counts, { success: 4 });
  });

  it('pass under every name of a method', async () => {
    const client = stock.client as unknown as Record<'get' | 'Get', (item: object, done: () => void) => void>;
    for (const name of ['get', 'Get'] as const)
      await new Promise<void>((done) => {
        client[name]({ id: 'a' }, done);
      });
    await settle();
    assert.deepEqual(stock.counts, { success: 2 });
  });

  it('pass of clients that have made calls before', async () => {
    stock.guarding[Symbol.dispose]();
    const before = stock.connect();
    await answered(before);
    assert.deepEqual(stock.counts, {});
    const again = stock.guardAgain();
    await answered(before);
    assert.deepEqual(stock.counts, { success: 1 });
    again[Symbol.dispose]();
  });

  it('pass once, however often the same rules were installed, and not when they are out', async () => {
    const again = stock.guardAgain();
    await answered(stock.client);
    assert.deepEqual(stock.counts, { success: 1 });
    again[Symbol.dispose]();
    stock.guarding[Symbol.dispose]();
    await answered(stock.client);
    assert.deepEqual(stock.counts, { success: 1 });
  });

  it('pass the guards of everybody who has rules', async () => {
    await using other = await GuardedStock.start();
    other.guards.apply([{ match: { client: 'grpc' }, name: 'other', bulkhead: {} }]);
    await answered(stock.client);
    assert.deepEqual(stock.counts, { success: 1 });
    assert.equal(other.guards.bulkheads.get('other').snapshot().calls.success, 1);
  });

  it('leave the client as it was made where the rules are gone', () => {
    const { prototype } = grpc.Client as unknown as { prototype: Record<string, () => void> };
    const wrapped = prototype['checkOptionalUnaryResponseArguments']!;
    stock.guarding[Symbol.dispose]();
    assert.notEqual(prototype['checkOptionalUnaryResponseArguments'], wrapped);
    assert.doesNotMatch(String(prototype['checkOptionalUnaryResponseArguments']), /hook/);
  });

  it('are all that is guarded: streams pass untouched', async () => {
    await answered(stock.client);
    const read = async (stream: AsyncIterable<Level>): Promise<Level[]> => {
      const levels = [];
      for await (const level of stream) levels.push(level);
      return levels;
    };
    assert.deepEqual(await read(stock.client.watch({ id: 'a' })), [{ count: 1 }, { count: 2 }]);
    const put = await new Promise<Level | undefined>((resolve) => {
      const stream = stock.client.put((_error, level) => resolve(level));
      stream.write({ id: 'a' });
      stream.end({ id: 'b' });
    });
    assert.deepEqual(put, { count: 2 });
    const trade = stock.client.trade();
    trade.end({ id: 'a' });
    assert.deepEqual(await read(trade), [{ count: 1 }]);
    assert.deepEqual(stock.counts, { success: 1 });
  });

  it('go out with the metadata of their callers, and come back with that of the server', async () => {
    stock.server.answer = (call, callback) => {
      const [head, trailer] = [new Metadata(), new Metadata()];
      head.set('head', call.metadata.get('asked')[0]!);
      trailer.set('trailer', 'end');
      call.sendMetadata(head);
      callback(null, { count: 2 }, trailer);
    };
    const metadata = new grpc.Metadata();
    metadata.set('asked', 'this');
    const seen: unknown[] = [];
    await new Promise<void>((resolve) => {
      const call = stock.client.get({ id: 'a' }, metadata, (_error, level) => seen.push(level));
      call.on('metadata', (head) => seen.push(head.get('head')));
      call.on('status', ({ metadata: trailer, code }) => resolve(void seen.push(code, trailer.get('trailer'))));
    });
    assert.deepEqual(seen, [['this'], { count: 2 }, 0, ['end']]);
  });

  it('work promisified', async () => {
    const get = promisify((id: string, done: (error: Error | null, level?: Level) => void) =>
      stock.client.get({ id }, done),
    );
    assert.deepEqual(await get('a'), { count: 1 });
  });

  it('work compressed, retried by the service config, and with a server that is not there yet', async () => {
    let failures = 0;
    stock.server.answer = (_call, callback) =>
      failures++ === 0 ? callback({ code: grpc.status.UNAVAILABLE }) : callback(null, { count: 3 });
    const retryPolicy = {
      maxAttempts: 3,
      initialBackoff: '0.001s',
      maxBackoff: '0.01s',
      backoffMultiplier: 1,
      retryableStatusCodes: ['UNAVAILABLE'],
    };
    const methodConfig = [{ name: [{ service: 'shop.Stock' }], retryPolicy, waitForReady: true }];
    const options: ClientOptions = {
      'grpc.service_config': JSON.stringify({ methodConfig, loadBalancingConfig: [] }),
      'grpc.default_compression_algorithm': 2,
    };
    assert.deepEqual(await stock.get({}, stock.connect(options)).answer, { count: 3 });
    await settle();
    assert.equal(stock.server.calls.length, 2);
    assert.deepEqual(stock.counts, { success: 1 }, 'what the channel retries is one call');
  });

  it('have interceptors in the context of the caller', async () => {
    using traced = new Traced();
    const key = createContextKey('of the caller');
    const seen: unknown[] = [];
    const client = stock.connect({
      interceptors: [
        (options, next) => {
          seen.push(context.active().getValue(key));
          return new grpc.InterceptingCall(next(options));
        },
      ],
    });
    stock.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    const held = stock.server.hold();
    const call = (name: string): Promise<Level> =>
      context.with(context.active().setValue(key, name), () => stock.get({}, client).answer);
    const calls = [call('first'), call('second')];
    (await held.next()).answer(null, { count: 1 });
    (await held.next()).answer(null, { count: 2 });
    assert.deepEqual(await Promise.all(calls), [{ count: 1 }, { count: 2 }]);
    assert.deepEqual(seen, ['first', 'second']);
    assert.deepEqual(traced.spans, []);
  });

  it('of exporters pass untouched', async () => {
    using traced = new Traced();
    await context.with(context.active().setValue(SUPPRESS, true), () => answered(stock.client));
    assert.deepEqual([stock.counts, traced.spans], [{}, []]);
  });

  it('throw what is wrong with their arguments', async () => {
    const client = stock.client as unknown as { get(...args: unknown[]): void };
    assert.throws(() => client.get({ id: 'a' }, 'no options', {}), /Incorrect arguments/);
    assert.throws(() => client.get({ id: 'a' }, { deadline: 'soon' }, () => {}), TypeError);
    const interceptors = [() => {}];
    assert.throws(
      () => client.get({ id: 'a' }, { interceptors, interceptor_providers: interceptors }, () => {}),
      grpc.InterceptorConfigurationError ?? /Only one of these is allowed/,
    );
    await settle();
    assert.deepEqual(stock.counts, { cancelled: 1 }, 'which says nothing of the server');
  });
});
