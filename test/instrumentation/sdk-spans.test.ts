import assert from 'node:assert/strict';
import { type Attributes, diag, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { NOW, remoteContext, request, tracerWith } from '../support/spans.ts';
import { sumOf, talliesOf } from '../support/verdict.ts';

function boom(): never {
  throw new Error('hook');
}

/** Ends spans in every odd way that the API lets an application. */
const ODD_ENDS: readonly (readonly [fact: string, end: (tracer: Tracer) => void])[] = [
  [
    'ended twice',
    (tracer) => {
      const span = tracer.startSpan('a', { kind: SpanKind.SERVER });
      span.end();
      span.end();
    },
  ],
  [
    'ended before it began',
    (tracer) => tracer.startSpan('a', { kind: SpanKind.SERVER, startTime: NOW }).end(NOW - 5_000),
  ],
  ['ended at NaN', (tracer) => tracer.startSpan('a', { kind: SpanKind.SERVER }).end(NaN)],
  ['begun at NaN', (tracer) => tracer.startSpan('a', { kind: SpanKind.SERVER, startTime: NaN }).end()],
  ['ended at an invalid date', (tracer) => tracer.startSpan('a', { kind: SpanKind.SERVER }).end(new Date(NaN))],
  ['ended in a far future', (tracer) => tracer.startSpan('a', { kind: SpanKind.SERVER }).end([1e12, 0])],
  ['of a kind there is not', (tracer) => tracer.startSpan('a', { kind: 99 as SpanKind }).end()],
  ['without a name', (tracer) => tracer.startSpan(undefined as unknown as string, { kind: SpanKind.SERVER }).end()],
  ['with a name of 1 MB', (tracer) => tracer.startSpan('n'.repeat(1_000_000), { kind: SpanKind.SERVER }).end()],
  [
    'with odd attributes',
    (tracer) =>
      tracer
        .startSpan('a', {
          kind: SpanKind.CLIENT,
          attributes: { 'server.port': NaN, 'peer.service': null, __proto__: 'x' } as unknown as Attributes,
        })
        .end(),
  ],
  [
    'with an exception of nothing',
    (tracer) => {
      const span = tracer.startSpan('a', { kind: SpanKind.CLIENT });
      span.recordException(null as unknown as Error);
      span.setStatus({ code: 2 });
      span.end();
    },
  ],
];

/** A processor that notes whom it has seen end. */
function witness(): SpanProcessor & { readonly ended: string[] } {
  const ended: string[] = [];
  return {
    ended,
    onStart: () => undefined,
    onEnd: ({ name }) => void ended.push(name),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

describe('spans of the real SDK', () => {
  beforeEach(() => [stub(diag, 'warn'), stub(diag, 'error')]);
  afterEach(() => restore());

  for (const [fact, end] of ODD_ENDS) {
    it(`that are ${fact} end as without us, and land in one tally`, () => {
      const processor = new SlaSpanProcessor({
        objectives: [{ metric: 'availability', target: 0.9, minEvents: 1 }],
        classify: boom,
        identify: boom,
      });
      const [ours, theirs] = [witness(), witness()];
      end(tracerWith([theirs]));
      assert.doesNotThrow(() => end(tracerWith([processor, ours])));
      assert.equal(ours.ended.length, theirs.ended.length);
      assert.equal(sumOf(talliesOf(processor.tracker)), theirs.ended.length);
    });
  }

  it('reach the processors after ours, whatever ours makes of them', () => {
    const processor = new SlaSpanProcessor({ classify: boom, identify: boom });
    const after = witness();
    const tracer = tracerWith([processor, after]);
    for (let count = 0; count < 3; count++) request(tracer, `GET ${count}`);
    assert.deepEqual(after.ended, ['GET 0', 'GET 1', 'GET 2']);
  });

  it('count once a request and once a call, with what the SDK fills in', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    const tracer = tracerWith([processor]);
    const times = { startTime: NOW - 1_234.5 };
    const entry = tracer.startSpan(
      'GET',
      { kind: SpanKind.SERVER, ...times, attributes: { 'http.request.method': 'GET', 'http.route': '/o' } },
      remoteContext(true),
    );
    const context = trace.setSpan(ROOT_CONTEXT, entry);
    tracer.startSpan('handler', { kind: SpanKind.SERVER, ...times }, context).end(NOW);
    tracer.startSpan('middleware', times, context).end(NOW);
    tracer
      .startSpan(
        'POST',
        { kind: SpanKind.CLIENT, ...times, attributes: { 'peer.service': 'payment', 'http.request.method': 'POST' } },
        context,
      )
      .end(NOW);
    entry.setStatus({ code: SpanStatusCode.ERROR });
    entry.end(NOW);
    const seen = processor.tracker
      .report()
      .services.map((each) => [
        each.service,
        each.kind,
        each.operations[0]?.operation,
        each.requests,
        each.failures,
        each.responseTimeMillis?.max,
      ]);
    assert.deepEqual(seen, [
      ['payment', 'client', 'POST', 1, 0, 1234.5],
      ['shop', 'server', 'GET /o', 1, 1, 1234.5],
    ]);
    assert.deepEqual(talliesOf(processor.tracker), {
      counted: 2,
      ignored: 2,
      overflow: 0,
      late: 0,
      invalid: 0,
      failed: 0,
    });
  });

  it('stay what they were: only sla.violated is set, and only on those that broke an objective', () => {
    const exporter = new InMemorySpanExporter();
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      objectives: [{ metric: 'response_time', target: '50ms' }],
    });
    const tracer = tracerWith([processor, new SimpleSpanProcessor(exporter)]);
    request(tracer, 'quick', { durationMillis: 50 });
    request(tracer, 'slow', { durationMillis: 51 });
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name, attributes, events }) => [name, attributes, events.length]),
      [
        ['quick', {}, 0],
        ['slow', { 'sla.violated': true }, 1],
      ],
    );
  });

  it('do not suffer from a clock that throws', () => {
    let broken = false;
    const processor = new SlaSpanProcessor({ clock: () => (broken ? boom() : NOW) });
    const tracer = tracerWith([processor]);
    broken = true;
    assert.doesNotThrow(() => request(tracer));
    assert.equal(talliesOf(processor.tracker).failed, 1);
    broken = false;
    request(tracer);
    assert.equal(talliesOf(processor.tracker).counted, 1);
  });
});
