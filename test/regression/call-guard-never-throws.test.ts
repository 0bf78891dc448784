import assert from 'node:assert/strict';
import { CallGuard } from '../../src/instrumentation/clients/call-guard.ts';
import { DrivenExchange } from '../support/exchanges.ts';

describe('the guard of a client call', () => {
  it('fails a call, unsent, where its compartment cannot be had', () => {
    const bulkhead = (): never => {
      throw new Error('no compartment');
    };
    const call = new DrivenExchange(
      new CallGuard({ operation: 'stock GET', bulkhead, timeout: undefined, timeoutMillis: undefined }),
    );
    assert.deepEqual([call.log, call.error?.message], [['fail'], 'no compartment']);
  });
});
