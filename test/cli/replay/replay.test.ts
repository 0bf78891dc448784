import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Replay } from '../../../src/cli/replay/replay.ts';
import type { SlaReport } from '../../../src/sla/report.ts';

const AT = Date.UTC(2026, 0, 15, 8);

interface Call {
  readonly endMillis: number;
  readonly isError: boolean;
  readonly millis: number;
}

/** A server's request with what it does inside, and the call of its client: by hand, as each format has it. */
const calls: Call[] = Array.from({ length: 50 }, (_, index) => ({
  endMillis: AT + index * 1_000,
  isError: index % 10 === 9,
  millis: 10 + index,
}));

const otlp = ({ endMillis, isError, millis }: Call, index: number): object => {
  const times = { startTimeUnixNano: `${endMillis - millis}000000`, endTimeUnixNano: `${endMillis}000000` };
  const attributes = [
    { key: 'http.request.method', value: { stringValue: 'GET' } },
    { key: 'http.route', value: { stringValue: '/stock' } },
    { key: 'http.response.status_code', value: { intValue: isError ? '500' : '200' } },
  ];
  const server = {
    traceId: `t${index}`,
    spanId: `s${index}`,
    parentSpanId: `c${index}`,
    flags: 0x301,
    name: 'GET',
    kind: 2,
  };
  const nested = {
    traceId: `t${index}`,
    spanId: `n${index}`,
    parentSpanId: `s${index}`,
    flags: 0x101,
    name: 'GET',
    kind: 'SPAN_KIND_SERVER',
  };
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'stock' } }] },
        scopeSpans: [{ spans: [server, nested].map((span) => ({ ...span, ...times, attributes, status: {} })) }],
      },
    ],
  };
};

const jaeger = ({ endMillis, isError, millis }: Call, index: number): object => {
  const tags = [
    { key: 'span.kind', type: 'string', value: 'server' },
    { key: 'http.method', type: 'string', value: 'GET' },
    { key: 'http.route', type: 'string', value: '/stock' },
    { key: 'http.status_code', type: 'int64', value: isError ? 500 : 200 },
  ];
  const span = (spanID: string, parent: string, processID: string): object => ({
    traceID: `t${index}`,
    spanID,
    operationName: 'GET',
    references: parent === '' ? [] : [{ refType: 'CHILD_OF', traceID: `t${index}`, spanID: parent }],
    startTime: (endMillis - millis) * 1_000,
    duration: millis * 1_000,
    tags: processID === 'shop' ? [{ key: 'span.kind', type: 'string', value: 'internal' }] : tags,
    logs: [],
    processID,
  });
  return {
    traceID: `t${index}`,
    spans: [span('c', '', 'shop'), span('s', 'c', 'stock'), span('n', 's', 'stock')],
    processes: { shop: { serviceName: 'shop', tags: [] }, stock: { serviceName: 'stock', tags: [] } },
  };
};

describe('a replay', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const replay = async (text: string): Promise<{ replayed: Replay; report: SlaReport; bytes: number }> => {
    const file = join(folder, 'spans.json');
    writeFileSync(file, text);
    const replayed = new Replay({
      objectives: [{ service: 'stock', metric: 'availability', target: 0.95, window: '98s' }],
    });
    let bytes = 0;
    await replayed.read(file, (read) => void (bytes = read));
    return { replayed, report: replayed.tracker!.report(), bytes };
  };

  const verdict = ({ services }: SlaReport): object[] =>
    services.map(({ service, kind, requests, failures, objectives, operations }) => ({
      service,
      kind,
      requests,
      failures,
      status: objectives[0]?.status,
      operation: operations[0]?.operation,
    }));
  const expected = [
    { service: 'stock', kind: 'server', requests: 50, failures: 5, status: 'breached', operation: 'GET /stock' },
  ];

  it("reads the Collector's lines, with the time of the spans as the clock", async () => {
    const text = calls.map((call, index) => JSON.stringify(otlp(call, index))).join('\n');
    const { replayed, report, bytes } = await replay(text);
    assert.deepEqual(verdict(report), expected);
    assert.equal(replayed.spans, 100);
    assert.deepEqual(replayed.period, { fromMillis: AT, toMillis: AT + 49_000 });
    assert.equal(report.services[0]?.objectives[0]?.coverageRatio, 0.5, 'observed from the first span on');
    assert.equal(report.generatedAt, new Date(AT + 49_000).toISOString());
    assert.equal(bytes, Buffer.byteLength(text));
  });

  it('reads an array of OTLP exports, and a single one', async () => {
    const exports = calls.map(otlp);
    assert.deepEqual(verdict((await replay(JSON.stringify(exports, undefined, 2))).report), expected);
    const resourceSpans = exports.flatMap((each) => (each as { resourceSpans: object[] }).resourceSpans);
    assert.deepEqual(verdict((await replay(JSON.stringify({ resourceSpans }))).report), expected);
  });

  it("reads Jaeger's JSON, where processes tell which parents are elsewhere", async () => {
    const text = JSON.stringify({ data: calls.map(jaeger), total: 0, errors: null });
    assert.deepEqual(verdict((await replay(text)).report), expected);
  });

  it('counts what cannot be used, and is not moved by a clock that is ahead', async () => {
    const [first, ...rest] = calls;
    const ahead = { ...first!, endMillis: Date.UTC(2400, 0) };
    const broken = { resourceSpans: [{ scopeSpans: [{ spans: [{ kind: 2, name: 'x', endTimeUnixNano: 'soon' }] }] }] };
    const lines = [...[ahead, ...rest].map(otlp), broken].map((line) => JSON.stringify(line));
    const { report, replayed } = await replay(lines.join('\n'));
    assert.equal(replayed.spans, 101);
    assert.equal(report.generatedAt, new Date(AT + 49_000).toISOString());
  });

  it('says of a file without spans what it should have', async () => {
    await assert.rejects(replay('{"resourceMetrics":[]}'), /it has no spans: neither resourceSpans/);
    await assert.rejects(replay('{"data":[{"spans":[]'), /ends in the middle/);
  });
});
