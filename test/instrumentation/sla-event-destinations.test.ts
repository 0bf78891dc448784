import assert from 'node:assert/strict';
import { diag, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { Fed } from '../support/fed-processor.ts';
import { NOW, span, type SpanParts, tracerWith } from '../support/spans.ts';

const AVAILABILITY: Objective = { metric: 'availability', target: 0.5, minEvents: 2, window: '5m' };
const FAST: Objective = {
  name: 'fast',
  metric: 'response_time',
  target: '100ms',
  percentile: 0.5,
  minEvents: 2,
  window: '5m',
};
const BAD: SpanParts = { status: 'error' };

describe('where violations are told', () => {
  afterEach(() => restore());

  it('is nowhere with events: none', () => {
    assert.deepEqual(new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }], events: 'none' }).end(BAD), {
      events: [],
      attributes: {},
    });
  });

  it('is not on the span with events: log, which is said once to need a newer API than this one', () => {
    const warn = stub(diag, 'warn');
    const fed = new Fed({
      objectives: [
        { ...AVAILABILITY, minEvents: 1 },
        { ...FAST, minEvents: 1 },
      ],
      events: 'log',
    });
    assert.deepEqual(fed.end({ ...BAD, durationMillis: 250 }), { events: [], attributes: {} });
    assert.equal(warn.args.filter(([text]) => text.includes('@opentelemetry/api 1.10')).length, 1);
  });

  it('is on the span as well with events: both', () => {
    stub(diag, 'warn');
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }], events: 'both' });
    assert.deepEqual(fed.names([BAD]), ['violation breach']);
  });

  it('is nowhere in an SDK that never calls onEnding, where all is counted the same', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    fed.processor.onEnd(span({ ...BAD, endMillis: NOW }));
    assert.equal(fed.processor.tracker.report().services[0]?.objectives[0]?.status, 'breached');
  });
});

describe('a real span', () => {
  it('carries the events and the attribute when it is exported', () => {
    const exporter = new InMemorySpanExporter();
    const processor = new SlaSpanProcessor({ clock: () => NOW, objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    const tracer = tracerWith([processor, new SimpleSpanProcessor(exporter)]);
    const ended = tracer.startSpan('GET', { kind: SpanKind.SERVER, startTime: NOW - 10 });
    ended.setStatus({ code: SpanStatusCode.ERROR });
    ended.end(NOW);
    const [exported] = exporter.getFinishedSpans();
    assert.deepEqual(
      exported?.events.map(({ name }) => name),
      ['sla.violation', 'sla.breach'],
    );
    assert.equal(exported?.attributes['sla.violated'], true);
  });

  it('counts in its final state, where a later processor changes it while it ends', () => {
    const changing = (to: SpanStatusCode): SpanProcessor => ({
      onStart: () => undefined,
      onEnding: (ending) => void ending.setStatus({ code: to }),
      onEnd: () => undefined,
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    });
    for (const [from, to, failures] of [
      [SpanStatusCode.UNSET, SpanStatusCode.ERROR, 1],
      [SpanStatusCode.ERROR, SpanStatusCode.OK, 0],
    ] as const) {
      const processor = new SlaSpanProcessor({ clock: () => NOW, objectives: [AVAILABILITY] });
      const ended = tracerWith([processor, changing(to)]).startSpan('GET', {
        kind: SpanKind.SERVER,
        startTime: NOW - 10,
      });
      ended.setStatus({ code: from });
      ended.end(NOW);
      const [report] = processor.tracker.report().services;
      assert.deepEqual([report?.requests, report?.failures, report?.objectives[0]?.bad], [1, failures, failures]);
    }
  });
});
