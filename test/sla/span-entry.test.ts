import assert from 'node:assert/strict';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { Objective } from '../../src/sla/objective.ts';
import type { SpanKindName } from '../../src/sla/span-kind.ts';
import { NOW, span, type SpanParts } from '../support/spans.ts';
import { talliesOf, verdictOn } from '../support/verdict.ts';

const PARENTS = ['none', 'remote', 'local'] as const;

/** By kind: does it count with no parent, a remote one, a local one? */
const ENTRIES: readonly (readonly [kind: SpanKindName, none: boolean, remote: boolean, local: boolean])[] = [
  ['server', true, true, false],
  ['consumer', true, true, false],
  ['client', true, true, true],
  ['producer', true, true, true],
  ['internal', false, false, false],
];

const ALL_REQUESTS: Objective = { metric: 'availability', target: 0.9, minEvents: 1 };

function eventsOf(processor: SlaSpanProcessor, service: string, name: string): number {
  const reports = processor.tracker.report(service).services;
  const all = reports.flatMap((report) => [report, ...report.operations]).flatMap(({ objectives }) => objectives);
  const found = all.find((objective) => objective.name === name);
  return found === undefined ? 0 : found.good + found.bad;
}

function feed(objectives: Objective[], ...spans: SpanParts[]): SlaSpanProcessor {
  const processor = new SlaSpanProcessor({ clock: () => NOW, objectives });
  for (const parts of spans) processor.onEnd(span(parts));
  return processor;
}

describe('which spans are requests', () => {
  for (const [kind, ...counts] of ENTRIES) {
    for (const [index, parent] of PARENTS.entries()) {
      it(`${counts[index] ? 'counts' : 'ignores'} a ${kind} span with ${parent === 'none' ? 'no' : `a ${parent}`} parent`, () => {
        const { kind: counted, outcome } = verdictOn(span({ kind, parent }));
        assert.deepEqual([counted, outcome], counts[index] ? [kind, 'success'] : [undefined, 'ignored']);
      });
    }
  }

  it('counts a request once, however many server spans stand under the first', () => {
    const processor = feed(
      [],
      { parent: 'local', name: 'handler' },
      { parent: 'local', name: 'route' },
      { name: 'GET', parent: 'remote' },
    );
    assert.deepEqual(
      processor.tracker.report().services.map(({ requests, operations }) => [requests, operations.length]),
      [[1, 1]],
    );
    assert.equal(talliesOf(processor.tracker).ignored, 2);
  });

  it('counts the calls under a request for their peers', () => {
    const call: SpanParts = { kind: 'client', parent: 'local', attributes: { 'peer.service': 'payment' } };
    const processor = feed([], call, call, { parent: 'remote' });
    const seen = processor.tracker.report().services.map(({ service, kind, requests }) => [service, kind, requests]);
    assert.deepEqual(seen, [
      ['payment', 'client', 2],
      ['shop', 'server', 1],
    ]);
  });

  it('counts a span whether it was sampled or not', () => {
    for (const sampled of [true, false]) assert.equal(verdictOn(span({ sampled })).outcome, 'success');
  });

  it('takes a parent that does not say whether it is remote for a local one', () => {
    const parentSpanContext = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 };
    assert.equal(verdictOn({ ...span(), parentSpanContext }).outcome, 'ignored');
    assert.equal(
      verdictOn({ ...span(), parentSpanContext: null } as unknown as ReturnType<typeof span>).outcome,
      'success',
    );
  });
});

describe('internal spans', () => {
  const jobs: Objective = {
    name: 'jobs',
    metric: 'availability',
    target: 0.9,
    kind: 'internal',
    service: 'shop',
    operation: 'job *',
  };

  it('count where an objective names their kind', () => {
    assert.equal(verdictOn(span({ kind: 'internal', name: 'job 1' }), { objectives: [jobs] }).kind, 'internal');
    assert.equal(
      verdictOn(span({ kind: 'internal', name: 'job 1', parent: 'local' }), { objectives: [jobs] }).kind,
      'internal',
    );
  });

  it('count for that objective and for none that does not name the kind', () => {
    const processor = feed([jobs, ALL_REQUESTS], { kind: 'internal', name: 'job 1' }, { name: 'GET' });
    assert.equal(eventsOf(processor, 'shop', 'jobs job 1'), 1);
    assert.equal(eventsOf(processor, 'shop', 'availability'), 1);
  });

  it('do not count where the objective is about another operation or service', () => {
    for (const parts of [{ name: 'middleware' }, { name: 'job 1', service: 'elsewhere' }]) {
      assert.equal(
        verdictOn(span({ kind: 'internal', ...parts }), { objectives: [jobs] }).outcome,
        'ignored',
        JSON.stringify(parts),
      );
    }
  });

  it('do not count where objectives name other kinds', () => {
    const objectives: Objective[] = [{ ...ALL_REQUESTS, kind: ['server', 'client', 'producer', 'consumer'] }];
    assert.equal(verdictOn(span({ kind: 'internal' }), { objectives }).outcome, 'ignored');
  });
});

describe('calls of a service to itself', () => {
  const call: SpanParts = { kind: 'client', parent: 'local', attributes: { 'peer.service': 'shop' } };

  it('count for its objectives at the server side only', () => {
    const processor = feed([{ ...ALL_REQUESTS, service: 'shop' }], { parent: 'remote' }, call, {
      ...call,
      kind: 'producer',
    });
    assert.equal(eventsOf(processor, 'shop', 'availability'), 1);
  });

  it('count at the server side only, though the call is the first span that ends', () => {
    const processor = feed([ALL_REQUESTS], call, { parent: 'remote' });
    assert.equal(eventsOf(processor, 'shop', 'availability'), 1);
  });

  it('count at the calling side as well for an objective that names the kind', () => {
    const objective: Objective = { ...ALL_REQUESTS, name: 'calls', service: 'shop', kind: 'client' };
    const processor = feed([objective], { parent: 'remote' }, call);
    assert.equal(eventsOf(processor, 'shop', 'calls'), 1);
  });

  it('count as those of a dependency for a service that runs elsewhere', () => {
    const processor = feed(
      [ALL_REQUESTS],
      { parent: 'remote' },
      { ...call, attributes: { 'peer.service': 'payment' } },
    );
    assert.equal(eventsOf(processor, 'payment', 'availability'), 1);
    assert.equal(eventsOf(processor, 'shop', 'availability'), 1);
  });
});
