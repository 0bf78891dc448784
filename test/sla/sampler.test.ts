import assert from 'node:assert/strict';
import { context, type Context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type IdGenerator,
  InMemorySpanExporter,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { recordAll } from '../../src/sla/sampler.ts';
import type { Sampler as AnySampler, SamplingResult } from '../../src/sla/span.ts';
import { NOW, remoteContext, tracerWith } from '../support/spans.ts';

/** Random words from a seed: the same in every run, spread over the whole range (Mulberry32). */
function words(seed: number): () => string {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0).toString(16).padStart(8, '0');
  };
}

function seededIds(): IdGenerator {
  const [ofTrace, ofSpan] = [words(1), words(2)];
  return {
    generateTraceId: () => ofTrace() + ofTrace() + ofTrace() + ofTrace(),
    generateSpanId: () => ofSpan() + ofSpan(),
  };
}

interface Seen {
  /** Requests that the SLA counts. */
  counted: number;
  exported: number;
}

function feed(sampler: Sampler, parents: readonly Context[]): Seen {
  const exporter = new InMemorySpanExporter();
  const processor = new SlaSpanProcessor({ clock: () => NOW });
  const tracer = tracerWith([processor, new SimpleSpanProcessor(exporter)], { sampler, idGenerator: seededIds() });
  for (const parent of parents)
    tracer.startSpan('GET', { kind: SpanKind.SERVER, startTime: NOW - 10 }, parent).end(NOW);
  return {
    counted: processor.tracker.report().services[0]?.requests ?? 0,
    exported: exporter.getFinishedSpans().length,
  };
}

const OFF = new AlwaysOffSampler();
const ON = new AlwaysOnSampler();
const ROOT = ROOT_CONTEXT;
const SAMPLED = remoteContext(true);
const UNSAMPLED = remoteContext(false);

type Row = readonly [
  fact: string,
  sampler: Sampler,
  parent: Context,
  seen: readonly [counted: number, exported: number],
];

const ROWS: readonly Row[] = [
  ['nothing sampled', recordAll(OFF), ROOT, [1, 0]],
  ['everything sampled', recordAll(ON), ROOT, [1, 1]],
  ['nothing sampled, without recordAll', OFF, ROOT, [0, 0]],
  ['outside ParentBased, a root', recordAll(new ParentBasedSampler({ root: OFF })), ROOT, [1, 0]],
  ['outside ParentBased, a sampled remote parent', recordAll(new ParentBasedSampler({ root: OFF })), SAMPLED, [1, 1]],
  [
    'outside ParentBased, an unsampled remote parent',
    recordAll(new ParentBasedSampler({ root: ON })),
    UNSAMPLED,
    [1, 0],
  ],
  ['inside ParentBased, a root', new ParentBasedSampler({ root: recordAll(OFF) }), ROOT, [1, 0]],
  ['inside ParentBased, a sampled remote parent', new ParentBasedSampler({ root: recordAll(OFF) }), SAMPLED, [1, 1]],
  [
    'inside ParentBased, an unsampled remote parent: not seen',
    new ParentBasedSampler({ root: recordAll(ON) }),
    UNSAMPLED,
    [0, 0],
  ],
  [
    'inside ParentBased as the sampler for unsampled remote parents',
    new ParentBasedSampler({ root: recordAll(ON), remoteParentNotSampled: recordAll(OFF) }),
    UNSAMPLED,
    [1, 0],
  ],
  ['twice', recordAll(recordAll(OFF)), ROOT, [1, 0]],
];

describe('recordAll', () => {
  for (const [fact, sampler, parent, [counted, exported]] of ROWS) {
    it(`${counted === 1 ? 'counts' : 'does not see'} and ${exported === 1 ? 'exports' : 'does not export'} a request: ${fact}`, () => {
      assert.deepEqual(feed(sampler, [parent]), { counted, exported });
    });
  }

  it('makes the SLA exact over 100 000 requests while one in a hundred is exported', () => {
    const ratio = new TraceIdRatioBasedSampler(0.01);
    const ids = seededIds();
    let sampled = 0;
    for (let count = 0; count < 100_000; count++) {
      sampled +=
        ratio.shouldSample(ROOT, ids.generateTraceId()).decision === SamplingDecision.RECORD_AND_SAMPLED ? 1 : 0;
    }
    assert.ok(Math.abs(sampled - 1_000) <= 50, `${sampled} of 100 000`);
    assert.deepEqual(
      feed(
        recordAll(ratio),
        Array.from({ length: 100_000 }, () => ROOT),
      ),
      {
        counted: 100_000,
        exported: sampled,
      },
    );
  });

  it('counts failures and response times of what is not exported', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    const tracer = tracerWith([processor], { sampler: recordAll(OFF) });
    for (let count = 0; count < 100; count++) {
      const span = tracer.startSpan('GET', { kind: SpanKind.SERVER, startTime: NOW - (count + 1) }, ROOT);
      if (count % 10 === 0) span.setStatus({ code: 2 });
      span.end(NOW);
    }
    const [report] = processor.tracker.report().services;
    assert.deepEqual([report?.requests, report?.failures, report?.responseTimeMillis?.max], [100, 10, 100]);
  });

  it('leaves the sampled flag, the attributes and the trace state of the inner decision alone', () => {
    const traceState = trace.getSpanContext(remoteContext(true))?.traceState;
    for (const decision of [0, 1, 2] as const) {
      const inner: AnySampler = {
        shouldSample: () => ({ decision, attributes: { a: 1 }, ...(traceState && { traceState }) }),
        toString: () => 'x',
      };
      const result = recordAll(inner).shouldSample(ROOT, '1', 'n', SpanKind.SERVER, {}, []);
      assert.deepEqual(result, {
        decision: Math.max(1, decision),
        attributes: { a: 1 },
        ...(traceState && { traceState }),
      });
    }
  });

  it('passes everything on to the inner sampler, and names it', () => {
    const asked: unknown[] = [];
    const inner: AnySampler = {
      shouldSample(...args): SamplingResult {
        asked.push(...args);
        return { decision: 2 };
      },
      toString: () => 'Inner',
    };
    const given = [context.active(), 'trace', 'name', SpanKind.CLIENT, { a: 1 }, []] as const;
    recordAll(inner).shouldSample(given[0], given[1], given[2], given[3], given[4], []);
    assert.deepEqual(asked, [...given]);
    assert.equal(String(recordAll(inner)), 'RecordAll{Inner}');
  });

  it('refuses what is no sampler', () => {
    const refused: readonly (readonly [value: unknown, shown: string])[] = [
      [undefined, 'undefined'],
      [null, 'null'],
      [0.01, 'number'],
      [{}, 'object'],
    ];
    for (const [value, shown] of refused) {
      assert.throws(() => recordAll(value as AnySampler), new TypeError(`recordAll: expected a Sampler, got ${shown}`));
    }
  });
});
