import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import * as sinon from 'sinon';
import { GrpcClientHook } from '../../src/instrumentation/clients/grpc-client-hook.ts';
import type { GrpcPackage } from '../../src/instrumentation/clients/grpc-package.ts';
import { settle } from '../support/held-work.ts';
import { grpc, GuardedStock } from './guarded-stock.ts';

describe('the hook for gRPC calls', () => {
  let stock: GuardedStock;
  let warn: sinon.SinonSpy;

  beforeEach(async () => {
    stock = await GuardedStock.start();
    stock.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
    warn = sinon.spy();
    const silent = (): void => {};
    const logger = { error: silent, warn, info: silent, debug: silent, verbose: silent };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });

  afterEach(async () => {
    diag.disable();
    sinon.restore();
    await stock[Symbol.asyncDispose]();
  });

  it('refuses a package that is made otherwise', () => {
    class Client {
      readonly #channel = {};
      getChannel(): object {
        return this.#channel;
      }
    }
    const other = { ...grpc, Client } as unknown as GrpcPackage;
    assert.throws(() => new GrpcClientHook(other), /not made as they were/);
  });

  it('lets calls pass where clients cannot be hooked or rules fail, and says so once', async () => {
    const client = stock.connect();
    Object.freeze(client);
    assert.deepEqual(await stock.get({}, client).answer, { count: 1 });
    sinon.stub(stock.guards.rules, 'peer').throws(new Error('broken'));
    assert.deepEqual(await stock.get().answer, { count: 1 });
    await settle();
    assert.deepEqual(stock.counts, {});
    sinon.assert.calledOnceWithMatch(warn, /unguarded/);
  });

  it('lets a call pass whose guard fails', async () => {
    sinon.stub(stock.guards.bulkheads, 'get').throws(new TypeError('broken'));
    assert.deepEqual(await stock.get().answer, { count: 1 });
    sinon.assert.calledOnceWithMatch(warn, /a guard failed/);
  });

  it('ends a call that waits, and whose client is closed meanwhile', async () => {
    const held = stock.server.hold();
    const first = stock.get();
    const { answer } = await held.next();
    const client = stock.connect();
    const waiting = stock.get({}, client);
    client.close();
    answer(null, { count: 1 });
    await first.answer;
    const error = await waiting.error;
    assert.deepEqual([error.code, error.details], [status.UNAVAILABLE, 'Channel has been shut down']);
    await settle();
    assert.deepEqual(stock.counts, { success: 1, cancelled: 1 });
  });
});
