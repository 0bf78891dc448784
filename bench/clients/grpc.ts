/**
 * What a unary call of `@grpc/grpc-js` costs with the hooks in and no rule about it, beside a copy of the package without
 * hooks, and what it costs guarded. The channel answers at once, so that nothing is measured but the client.
 */
import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { GuardRule } from '../../src/config/config.ts';
import { ConfiguredGuards } from '../../src/instrumentation/clients/configured-guards.ts';
import { guardGrpc } from '../../src/instrumentation/clients/grpc.ts';
import { extraNanos, measure } from '../measure.ts';
import { inTurn, measureAsync } from '../measure-async.ts';
import { Verdict } from '../verdict.ts';

const require = createRequire(import.meta.url);

/** A copy of the package of its own; what hooks are in when `use` is called are all that it gets. */
interface Copy {
  readonly grpc: typeof Grpc;
  use(install: () => void): void;
}

function copy(): Copy {
  const grpc = require('@grpc/grpc-js') as typeof Grpc;
  const modules = Object.entries(require.cache).filter(([file]) => /[\\/]@grpc[\\/]grpc-js[\\/]/.test(file));
  const forget = (): void => modules.forEach(([file]) => Reflect.deleteProperty(require.cache, file));
  forget();
  const use = (install: () => void): void => {
    Object.assign(require.cache, Object.fromEntries(modules));
    install();
    forget();
  };
  return { grpc, use };
}

const nothing = Buffer.alloc(0);
const definition: Grpc.ServiceDefinition = {
  get: {
    path: '/shop.Stock/Get',
    requestStream: false,
    responseStream: false,
    requestSerialize: () => nothing,
    requestDeserialize: () => nothing,
    responseSerialize: () => nothing,
    responseDeserialize: () => nothing,
  },
};

/** Makes calls to a server that takes no time. */
function caller({ grpc }: Copy): (done: () => void) => void {
  const ended = { code: grpc.status.OK, details: '', metadata: new grpc.Metadata() };
  const createCall = (): object => {
    let hear: Record<'onReceiveMessage' | 'onReceiveStatus', (value: unknown) => void>;
    return {
      start: (_metadata: unknown, listener: typeof hear) => (hear = listener),
      sendMessageWithContext: () => {},
      startRead: () => {},
      halfClose: () => {
        hear.onReceiveMessage(nothing);
        hear.onReceiveStatus(ended);
      },
    };
  };
  const channelOverride = { createCall, getTarget: () => 'dns:stock.local:50051' } as unknown as Grpc.Channel;
  const Client = grpc.makeGenericClientConstructor(definition, 'Stock');
  const client = new Client('stock.local:50051', grpc.credentials.createInsecure(), { channelOverride });
  const get = client['get'] as unknown as (item: object, done: () => void) => void;
  return (done) => get.call(client, {}, done);
}

/** The same of a copy that is hooked, under these rules. */
function hooked(from: Copy, rules: GuardRule[]): (done: () => void) => void {
  const guards = new ConfiguredGuards();
  guards.apply(rules);
  from.use(() => void guardGrpc(guards.rules));
  return caller(from);
}

function repeated(call: (done: () => void) => void): (iterations: number) => void {
  const done = (): void => {};
  return (iterations) => {
    for (let each = 0; each < iterations; each++) call(done);
  };
}

// The package keeps the stack of every caller, which takes longer than all else and has no part in this.
Error.stackTraceLimit = 0;
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const bulkhead = { maxConcurrent: 1_000 };
const [first, second, third, fourth, fifth, sixth] = [copy(), copy(), copy(), copy(), copy(), copy()];
const { plain, ...more } = measure(
  {
    plain: repeated(caller(first)),
    alike: repeated(caller(second)),
    noRules: repeated(hooked(third, [])),
    others: repeated(hooked(fourth, [{ match: { service: 'other.*' }, bulkhead }])),
    otherMethods: repeated(hooked(fifth, [{ match: { service: 'shop.*', operation: '*/Put' }, bulkhead }])),
  },
  { rounds: 101, iterations: 5_000 },
);
const settled = (call: (done: () => void) => void) => inTurn(async () => new Promise<void>(call));
const guarded = hooked(sixth, [{ match: { service: 'shop.*' }, bulkhead, timeout: 'adaptive' }]);
const inAll = await measureAsync(
  { plain: settled(caller(first)), guarded: settled(guarded) },
  { rounds: 31, calls: 5_000 },
);

const verdict = new Verdict('A unary gRPC call, without its channel (median of interleaved rounds)');
verdict.figure('without hooks', plain.nanos, 'ns');
verdict.figure('in another copy, more', extraNanos(more.alike, plain), 'ns');
verdict.most('no rules, more', extraNanos(more.noRules, plain), 200, 'ns');
verdict.most('rules about other peers, more', extraNanos(more.others, plain), 200, 'ns');
verdict.most('rules about other methods, more', extraNanos(more.otherMethods, plain), 200, 'ns');
verdict.figure('guarded, more', extraNanos(inAll.guarded, inAll.plain), 'ns');
verdict.close();
