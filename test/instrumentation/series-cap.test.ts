import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { collect, pointsOf } from '../support/collected.ts';
import { feed, processorOf, total } from '../support/fed-spans.ts';
import { NOW, span } from '../support/spans.ts';

const HOUR = 3_600_000;

describe('beyond the greatest number of series', () => {
  it('operations fold into _OTHER, of which there is one a service and kind; no request is lost', async () => {
    const processor = processorOf({ maxSeries: 10 });
    feed(processor, 100, (index) => ({ name: `GET /${index}` }));
    feed(processor, 5, (index) => ({ name: `job ${index}`, kind: 4 }));
    const metrics = await collect(processor.metricProducer);
    const requests = pointsOf(metrics, 'sla.requests');
    assert.equal(total(requests), 105);
    assert.equal(requests['shop _OTHER server success'], 90);
    assert.equal(requests['shop _OTHER consumer success'], 5);
    assert.deepEqual(pointsOf(metrics, 'resilience.processor.series'), { '': 10 });
    const { counted, overflow } = pointsOf(metrics, 'resilience.processor.spans');
    assert.deepEqual([counted, overflow], [10, 95]);
  });

  it('services fold into _OTHER as well', async () => {
    const processor = processorOf({ maxSeries: 3 });
    feed(processor, 50, (index) => ({ kind: 2, attributes: { 'peer.service': `peer ${index}` } }));
    const requests = pointsOf(await collect(processor.metricProducer), 'sla.requests');
    assert.deepEqual(
      Object.entries(requests).filter(([, count]) => count !== 0),
      [
        ['peer 0 GET client success', 1],
        ['peer 1 GET client success', 1],
        ['peer 2 GET client success', 1],
        ['_OTHER _OTHER client success', 47],
      ],
    );
  });

  it('an objective for the whole service still counts every request, and one that names an operation its own', async () => {
    const objectives: Objective[] = [
      { name: 'all', metric: 'availability', target: 0.9, service: 'shop' },
      { name: 'orders', metric: 'availability', target: 0.9, service: 'shop', operation: 'POST /orders' },
    ];
    const processor = processorOf({ maxSeries: 5, objectives });
    feed(processor, 100, (index) => ({ name: `GET /${index}` }));
    feed(processor, 7, () => ({ name: 'POST /orders' }));
    const events = pointsOf(await collect(processor.metricProducer), 'sla.events');
    assert.deepEqual([events['shop all good'], events['shop orders good']], [107, 7]);
  });

  it('an objective that names an operation of any service opens no series without end', () => {
    const processor = processorOf({
      maxSeries: 20,
      objectives: [{ metric: 'availability', target: 0.9, operation: 'GET' }],
    });
    feed(processor, 2_000, (index) => ({
      kind: 2,
      attributes: { 'http.request.method': 'GET', 'server.address': `host-${index}` },
    }));
    assert.ok(processor.tracker.snapshot().series <= 20, String(processor.tracker.snapshot().series));
    assert.ok(processor.tracker.snapshot().objectives <= 40);
  });

  it('what was idle for an hour makes room', () => {
    let now = NOW;
    const processor = processorOf({ maxSeries: 10, clock: () => now });
    feed(processor, 10, (index) => ({ name: `old ${index}` }));
    now += 2 * HOUR;
    processor.onEnd(span({ name: 'new', endMillis: now }));
    const [report] = processor.tracker.report().services;
    assert.deepEqual(
      report?.operations.map(({ operation }) => operation),
      ['new'],
    );
  });

  it('copies of an objective leave with the series they were made for, however long their window', () => {
    let now = NOW;
    const processor = processorOf({
      maxSeries: 50,
      clock: () => now,
      objectives: [{ name: 'each', operation: '*', metric: 'availability', target: 0.9 }],
    });
    for (let round = 0; round < 40; round++) {
      for (let index = 0; index < 60; index++) processor.onEnd(span({ name: `${round} ${index}`, endMillis: now }));
      now += 2 * HOUR;
    }
    assert.ok(processor.tracker.snapshot().objectives <= 200, String(processor.tracker.snapshot().objectives));
  });

  it('copies of an objective whose series have left are no more than there may be series', () => {
    let now = NOW;
    const objectives: Objective[] = [
      { name: 'each', operation: '*', metric: 'availability', target: 0.9, window: '366d' },
    ];
    const processor = processorOf({ maxSeries: 50, clock: () => now, objectives });
    for (let day = 0; day < 20; day++) {
      for (let index = 0; index < 20; index++) processor.onEnd(span({ name: `${day} ${index}`, endMillis: now }));
      processor.tracker.report();
      now += 25 * HOUR;
    }
    const { objectives: copies } = processor.tracker.snapshot();
    assert.ok(copies > 20 && copies <= 100, String(copies));
  });
});
