import assert from 'node:assert/strict';
import { diag } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { EndingSpan } from '../../src/sla/span.ts';
import { NOW } from '../support/spans.ts';
import { sumOf, talliesOf } from '../support/verdict.ts';

const KEYS = [
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'rpc.method',
  'rpc.grpc.status_code',
  'db.system',
  'messaging.system',
  'peer.service',
  'server.address',
  'server.port',
  'url.full',
  'error.type',
];

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withNullPrototype: true,
  withObjectString: true,
  withTypedArray: true,
  withSparseArray: true,
  maxDepth: 2,
});
const part = fc.oneof(fc.double(), fc.nat(), fc.constant(NOW / 1000));
const time = fc.oneof({ weight: 4, arbitrary: fc.tuple(part, part) }, { weight: 1, arbitrary: anything });
const value = fc.oneof(
  anything,
  fc.string(),
  fc.integer({ min: 0, max: 600 }),
  fc.constantFrom('GET', '500', 'CANCELLED'),
);
const attributes = fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), value);
const span = fc.record(
  {
    name: fc.oneof(fc.string(), anything),
    kind: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 4 }) }, { weight: 1, arbitrary: anything }),
    status: fc.oneof(fc.record({ code: fc.oneof(fc.integer({ min: 0, max: 2 }), anything) }), anything),
    attributes: fc.oneof({ weight: 4, arbitrary: attributes }, { weight: 1, arbitrary: anything }),
    startTime: time,
    endTime: time,
    duration: time,
    events: fc.oneof(
      fc.array(fc.record({ name: fc.constantFrom('exception', 'bulkhead.rejected', 'x'), attributes: anything })),
      anything,
    ),
    resource: fc.oneof(
      fc.record({ attributes: fc.record({ 'service.name': fc.oneof(fc.string(), anything) }) }),
      anything,
    ),
    parentSpanContext: fc.oneof(fc.constant(undefined), fc.record({ isRemote: fc.boolean() }), anything),
    spanContext: fc.oneof(fc.record({ traceId: value, traceFlags: value }), anything).map((context) => () => context),
    addEvent: fc.constant(() => undefined),
    setAttribute: fc.constant(() => undefined),
  },
  { requiredKeys: [] },
);

describe('whatever a span is made of', () => {
  beforeEach(() => void stub(diag, 'warn'));
  afterEach(() => restore());

  it('it never throws and lands in exactly one tally', () => {
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      maxSeries: 20,
      objectives: [
        {
          metric: 'availability',
          target: 0.9,
          minEvents: 1,
          kind: ['internal', 'server', 'client', 'producer', 'consumer'],
        },
        { name: 'fast', operation: '*', metric: 'response_time', target: '5ms', minEvents: 1 },
      ],
    });
    let ended = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 20, arbitrary: span }, { weight: 1, arbitrary: anything }), (garbage) => {
        processor.onEnding(garbage as EndingSpan);
        processor.onEnd(garbage as EndingSpan);
        assert.equal(sumOf(talliesOf(processor.tracker)), ++ended);
      }),
      { numRuns: 3_000, endOnFailure: true },
    );
    const reached = talliesOf(processor.tracker);
    for (const result of ['counted', 'ignored', 'overflow', 'invalid', 'failed'] as const)
      assert.ok(reached[result] > 0, `some are ${result}`);
    assert.ok(JSON.stringify(processor.tracker.report()).length > 0);
  });
});
