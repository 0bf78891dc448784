import assert from 'node:assert/strict';
import { SlaSpanEvents } from '../../src/telemetry/sla-events.ts';
import { SlaTracker } from '../../src/index.ts';
import { ledgerOf } from '../../src/sla/tracker.ts';
import { Reading } from '../../src/sla/reading.ts';
import type { EndingSpan } from '../../src/sla/span.ts';

describe('a turn of a service that has no more spans', () => {
  it('is waited with for ten thousand spans of others, and then no longer', () => {
    const ledger = ledgerOf(new SlaTracker({ objectives: [{ service: '*', metric: 'availability', target: 0.9 }] }));
    const gone = ledger.table.find('gone', 1, 'GET /');
    const other = ledger.table.find('other', 1, 'GET /');
    const reading = new Reading();
    reading.success = true;
    const events = new SlaSpanEvents();
    events.note('recovered', gone.objectives[0]!);
    for (let span = 0; span < 9_999; span++) events.write({} as EndingSpan, reading, 0, other);
    assert.equal(events.pending, true);
    events.write({} as EndingSpan, reading, 0, other);
    assert.equal(events.pending, false);
  });
});
