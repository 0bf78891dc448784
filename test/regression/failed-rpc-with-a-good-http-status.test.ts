import assert from 'node:assert/strict';
import { Fed } from '../support/fed-processor.ts';

describe('an RPC that failed with an HTTP status of 200', () => {
  it('tells on its span that it broke the objective', () => {
    const fed = new Fed({ objectives: [{ metric: 'availability', target: 0.9 }] });
    const { attributes } = fed.end({
      attributes: { 'rpc.system': 'grpc', 'rpc.grpc.status_code': 13, 'http.response.status_code': 200 },
    });
    assert.equal(attributes['sla.violated'], true);
  });
});
