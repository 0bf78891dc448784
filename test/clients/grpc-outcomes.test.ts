import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { settle } from '../support/held-work.ts';
import { GuardedStock } from './guarded-stock.ts';
import { Relay } from './relay.ts';

const FAILURES = [
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
] as const;
const ANSWERS = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNAUTHENTICATED',
] as const;

describe('the compartment of a gRPC server', () => {
  let stock: GuardedStock;

  beforeEach(async () => {
    stock = await GuardedStock.start();
    stock.guard({ bulkhead: { failureThreshold: 100, isolationThreshold: 200 } });
  });

  afterEach(() => stock[Symbol.asyncDispose]());

  const countsOf = async (names: readonly (keyof typeof status)[]): Promise<object> => {
    for (const name of names) {
      stock.server.answer = (_call, callback) => callback({ code: status[name], details: name });
      const error = await stock.get().error;
      assert.deepEqual([error.code, error.details, error.cause], [status[name], name, undefined]);
    }
    await settle();
    return stock.counts;
  };

  it('takes codes that speak against the server for failures', async () => {
    assert.deepEqual(await countsOf(FAILURES), { failure: FAILURES.length });
  });

  it('takes codes that speak of the request for answers', async () => {
    assert.deepEqual(await countsOf(ANSWERS), { success: ANSWERS.length });
  });

  it('takes CANCELLED for neither', async () => {
    assert.deepEqual(await countsOf(['CANCELLED']), { cancelled: 1 });
  });

  it('takes a request that never left for neither', async () => {
    const refuse = (): Buffer => {
      throw new Error('not to be written');
    };
    const error = await new Promise<{ code?: number } | null>((resolve) => {
      stock.client.makeUnaryRequest(
        '/shop.Stock/Get',
        refuse,
        (bytes) => bytes,
        {},
        (failed) => resolve(failed),
      );
    });
    assert.equal(error?.code, status.INTERNAL);
    await settle();
    assert.deepEqual(stock.counts, { cancelled: 1 });
  });

  it('takes a server that is killed, and one that is away, for failed', async () => {
    const relay = await Relay.start(stock.server.address);
    stock.server.address = relay.address;
    const held = stock.server.hold();
    const calls = [stock.get(), stock.get()];
    await held.next();
    await held.next();
    relay[Symbol.dispose]();
    // Versions from 1.9 to 1.12 say that a call was cancelled where its connection is lost.
    for (const { error } of calls) assert.match((await error).message, /UNAVAILABLE|CANCELLED: Call cancelled/);
    assert.equal((await stock.get().error).code, status.UNAVAILABLE);
    await settle();
    assert.deepEqual(stock.counts, { failure: 3 });
  });

  it('takes a server that shuts down at once for failed', async () => {
    const held = stock.server.hold();
    const call = stock.get();
    await held.next();
    stock.server.stop();
    assert.match((await call.error).details, /Call cancelled|dropped|GOAWAY/);
    await settle();
    assert.deepEqual(stock.counts, { failure: 1 });
  });

  it('is isolated by failures, and lets nothing through', async () => {
    stock.guard({ bulkhead: { failureThreshold: 1, isolationThreshold: 2 } });
    await countsOf(['UNAVAILABLE', 'INTERNAL']);
    const error = await stock.get().error;
    const { code, reason } = error.cause as { code?: unknown; reason?: unknown };
    assert.deepEqual([error.code, code, reason], [status.UNAVAILABLE, 'BULKHEAD_REJECTED', 'isolated']);
    assert.equal(stock.server.calls.length, 2);
  });
});
