import assert from 'node:assert/strict';
import { SpanKind, ROOT_CONTEXT } from '@opentelemetry/api';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';
import { NOW, request, tracerWith } from '../support/spans.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9 };
const FAST: Objective = { name: 'fast', service: 'shop', metric: 'response_time', target: 100 };
const BUSY: Objective = { name: 'busy', service: 'shop', metric: 'throughput', target: 1 };

describe('a listener that counts requests of its own', () => {
  it('changes nothing of the request that it is told of', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE, FAST] });
    driven.tracker.onViolation(() => driven.send(1, { service: 'pager', durationMillis: 1 }));
    driven.fail(1, { durationMillis: 5_000, traceId: 'shop' });
    assert.deepEqual(
      [driven.counts('available'), driven.counts('fast')],
      [
        [0, 1],
        [0, 1],
      ],
    );
    assert.deepEqual(driven.objective('fast').traceIds, ['shop']);
    assert.deepEqual([driven.service().failures, driven.service('pager').requests], [1, 2]);
  });

  it('changes nothing of a request that ended a slice of throughput', () => {
    const driven = new DrivenTracker({ objectives: [BUSY, FAST] });
    driven.tracker.onViolation(() => driven.send(1, { service: 'pager', durationMillis: 1 }));
    driven.wait('1m');
    driven.fail(1, { durationMillis: 5_000 });
    assert.deepEqual(
      [driven.counts('busy'), driven.counts('fast')],
      [
        [0, 1],
        [0, 1],
      ],
    );
    assert.equal(driven.service().failures, 1);
  });

  it('loses none of what it counts while good requests are being added up', () => {
    const driven = new DrivenTracker({ objectives: [{ ...AVAILABLE, minEvents: 2 }] });
    driven.tracker.onViolation(() => driven.send(2, { service: 'pager' }));
    driven.fail(1);
    driven.send(1);
    assert.equal(driven.told.length, 0);
    driven.tracker.report();
    assert.equal(driven.told.length, 1);
    driven.wait('1m');
    driven.send(1, { service: 'pager' });
    driven.wait('1m');
    assert.equal(driven.service('pager').requests, 3);
  });

  it('may set a target, and nothing is lost', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE, FAST] });
    driven.tracker.onViolation(() => driven.tracker.setTarget({ ...FAST, percentile: 0.5 }));
    driven.send(3, { durationMillis: 50 });
    driven.fail(1);
    driven.send(5, { durationMillis: 50 });
    assert.deepEqual(
      [driven.counts('available'), driven.counts('fast')],
      [
        [8, 1],
        [8, 1],
      ],
    );
  });

  it('may break an objective itself, and is told of that after', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE, { ...AVAILABLE, name: 'pages', service: 'pager' }] });
    driven.tracker.onViolation(({ service }) => service === 'shop' && driven.fail(1, { service: 'pager' }));
    driven.fail(1);
    assert.deepEqual(
      driven.told.map(({ objective }) => objective),
      ['available', 'pages'],
    );
  });

  it('may end spans', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW, minEvents: 1, objectives: [{ ...AVAILABLE }, FAST] });
    const tracer = tracerWith([processor]);
    processor.tracker.onViolation(({ objective }) => objective === 'available' && request(tracer, 'PAGE'));
    const failing = tracer.startSpan('GET', { kind: SpanKind.SERVER, startTime: NOW - 5_000 }, ROOT_CONTEXT);
    failing.setStatus({ code: 2 });
    failing.end(NOW);
    const [report] = processor.tracker.report().services;
    assert.deepEqual(
      report?.objectives.map(({ name, good, bad }) => [name, good, bad]),
      [
        ['available', 1, 1],
        ['fast', 1, 1],
      ],
    );
  });
});
