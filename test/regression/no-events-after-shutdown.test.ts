import assert from 'node:assert/strict';
import { diag } from '@opentelemetry/api';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe('a processor that was shut down while its tracker goes on', () => {
  afterEach(() => {
    restore();
  });

  for (const shutsDown of [false, true])
    it(`tells ${shutsDown ? 'no' : 'every'} turn of the windows (shut down: ${shutsDown})`, async () => {
      const driven = new DrivenTracker({
        events: 'log',
        objectives: [{ service: 'shop', metric: 'availability', target: 0.999 }],
      });
      const processor = new SlaSpanProcessor(driven.tracker);
      if (shutsDown) await processor.shutdown();
      // The API of this tree has no logs: wanting to write one is a warning.
      const warn = stub(diag, 'warn');
      driven.fail(1);
      assert.equal(warn.callCount, shutsDown ? 0 : 1);
      assert.equal(driven.told.length, 1);
    });
});
