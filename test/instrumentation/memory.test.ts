import assert from 'node:assert/strict';
import type { SlaOptions } from '../../src/sla/options.ts';
import type { ReadableSpan } from '../../src/sla/span.ts';
import { collect, pointsOf } from '../support/collected.ts';
import { feed, processorOf, total } from '../support/fed-spans.ts';
import { retainedBytes } from '../support/retained-heap.ts';

const MIB = 2 ** 20;

describe('memory', () => {
  it('stays flat over 1 000 000 operation names', async () => {
    const processor = processorOf({
      maxSeries: 100,
      objectives: [{ name: 'each', operation: '*', metric: 'availability', target: 0.9 }],
    });
    feed(processor, 10_000, (index) => ({ name: `warm ${index}` }));
    const before = retainedBytes();
    feed(processor, 500_000, (index) => ({ name: `operation ${index}` }));
    feed(processor, 500_000, (index) => ({
      attributes: { 'http.request.method': 'GET', 'http.route': `/route/${index}` },
    }));
    const grown = retainedBytes() - before;
    assert.ok(grown < 8 * MIB, `${(grown / MIB).toFixed(1)} MiB more`);
    const metrics = await collect(processor.metricProducer);
    assert.deepEqual(pointsOf(metrics, 'resilience.processor.series'), { '': 100 });
    assert.equal(total(pointsOf(metrics, 'sla.requests')), 1_010_000);
  });

  it('stays flat over 100 000 peers and trace ids', () => {
    const processor = processorOf({ maxSeries: 100, objectives: [{ metric: 'availability', target: 0.9 }] });
    const failed = { kind: 2, status: { code: 2 } };
    const of = (index: number): Partial<ReadableSpan> => ({
      ...failed,
      attributes: {
        'server.address': `host-${index}`,
        'server.port': index,
        'db.system': index % 2 === 0 ? `db-${index}` : '',
      },
      spanContext: () => ({ traceId: index.toString(16).padStart(32, '0'), spanId: '1', traceFlags: 1 }),
    });
    feed(processor, 10_000, of);
    const before = retainedBytes();
    feed(processor, 100_000, (index) => of(index + 10_000));
    const grown = retainedBytes() - before;
    assert.ok(grown < 4 * MIB, `${(grown / MIB).toFixed(1)} MiB more`);
  });

  const PARTS: readonly (readonly [fact: string, of: (long: string) => Partial<ReadableSpan>])[] = [
    ['names', (name) => ({ name })],
    ['routes', (route) => ({ attributes: { 'http.request.method': 'GET', 'http.route': route } })],
    ['methods', (method) => ({ attributes: { 'http.request.method': method, 'http.route': '/' } })],
    ['peers', (peer) => ({ kind: 2, attributes: { 'peer.service': peer } })],
    ['addresses', (host) => ({ kind: 2, attributes: { 'server.address': host, 'server.port': 81 } })],
    [
      'databases',
      (system) => ({
        kind: 2,
        attributes: {
          'db.system': system,
          'db.namespace': 'a',
          'db.operation.name': 'b',
          'db.collection.name': system,
        },
      }),
    ],
    [
      'destinations',
      (name) => ({
        kind: 3,
        attributes: { 'messaging.system': 'k', 'messaging.destination.name': name, 'messaging.operation.name': name },
      }),
    ],
    ['trace ids', (traceId) => ({ status: { code: 2 }, spanContext: () => ({ traceId, spanId: '1', traceFlags: 1 }) })],
  ];
  for (const [fact, of] of PARTS) {
    it(`does not hold on to ${fact} of 1 MB, nor to strings they were cut from`, () => {
      const options: SlaOptions = {
        objectives: [{ metric: 'availability', target: 0.9 }],
        ignore: [{ operation: 'GET /health*' }],
      };
      const processor = processorOf(options);
      feed(processor, 10, (index) => of(`warm ${index}`));
      const before = retainedBytes();
      for (const length of [1_000_000, 100]) {
        feed(processor, 40, (index) =>
          of(
            String.fromCharCode(97 + (index % 26))
              .repeat(1_000_000 + index)
              .slice(0, length),
          ),
        );
      }
      // The last of each is still at hand: a few megabytes at most, not eighty.
      const grown = retainedBytes() - before;
      assert.ok(grown < 12 * MIB, `${(grown / MIB).toFixed(1)} MiB more`);
    });
  }
});
