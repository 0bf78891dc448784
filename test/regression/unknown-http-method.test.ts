import assert from 'node:assert/strict';
import { Fed } from '../support/fed-processor.ts';

describe("an HTTP method that the conventions call '_OTHER'", () => {
  for (const kind of ['server', 'client'] as const)
    it(`is no overflow of the table of series (${kind})`, () => {
      const fed = new Fed({});
      fed.end({ kind, attributes: { 'http.request.method': '_OTHER', 'peer.service': 'stock' } });
      const { counted, dropped } = fed.processor.tracker.snapshot();
      const [service] = fed.processor.tracker.report().services;
      assert.deepEqual([counted, dropped, service?.operations.map(({ operation }) => operation)], [1, 0, ['HTTP']]);
    });
});
