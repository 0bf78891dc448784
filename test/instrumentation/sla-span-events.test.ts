import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { Fed } from '../support/fed-processor.ts';
import { endingSpan, NOW, type SpanParts } from '../support/spans.ts';

const AVAILABILITY: Objective = { metric: 'availability', target: 0.5, minEvents: 2, window: '5m' };
const FAST: Objective = {
  name: 'fast',
  metric: 'response_time',
  target: '100ms',
  percentile: 0.5,
  minEvents: 2,
  window: '5m',
};
const MINUTE = 60_000;

const GOOD: SpanParts = {};
const BAD: SpanParts = { status: 'error' };
const SLOW: SpanParts = { durationMillis: 250 };

describe('what a span tells of an objective it broke', () => {
  it('is a violation with service, objective, metric, threshold and observation, and the attribute sla.violated', () => {
    const fed = new Fed({ objectives: [AVAILABILITY, FAST] });
    const { events, attributes } = fed.end({ ...BAD, durationMillis: 250, service: 'checkout' });
    assert.deepEqual(events, [
      {
        name: 'sla.violation',
        attributes: {
          'sla.service': 'checkout',
          'sla.objective': 'availability_5m',
          'sla.metric': 'availability',
          'sla.threshold': 0.5,
          'sla.observed': 0,
        },
      },
      {
        name: 'sla.violation',
        attributes: {
          'sla.service': 'checkout',
          'sla.objective': 'fast',
          'sla.metric': 'response_time',
          'sla.threshold': 0.1,
          'sla.observed': 0.25,
        },
      },
    ]);
    assert.deepEqual(attributes, { 'sla.violated': true });
  });

  it('is only what it broke: a slow success the response time, a span in time nothing', () => {
    const fed = new Fed({
      objectives: [
        { ...AVAILABILITY, target: 0.01 },
        { ...FAST, percentile: 0.01 },
      ],
    });
    assert.deepEqual(
      fed.end(SLOW).events.map(({ attributes }) => attributes['sla.objective']),
      ['fast'],
    );
    assert.deepEqual(fed.end({ durationMillis: 100 }), { events: [], attributes: {} });
    assert.deepEqual(fed.end({ durationMillis: 100.001 }).attributes, { 'sla.violated': true });
  });

  it('is an error rate by what was promised and what was seen', () => {
    const fed = new Fed({ objectives: [{ name: 'errors', metric: 'error_rate', target: 0.25 }] });
    const [event] = fed.end(BAD).events;
    assert.deepEqual(
      [event?.attributes['sla.metric'], event?.attributes['sla.threshold'], event?.attributes['sla.observed']],
      ['error_rate', 0.75, 0],
    );
  });

  it('is nothing without an objective for it', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, service: 'elsewhere' }] });
    assert.deepEqual(fed.end(BAD), { events: [], attributes: {} });
    assert.deepEqual(new Fed({}).end(BAD), { events: [], attributes: {} });
  });

  it('is nothing where the span does not count', () => {
    const uncounted: readonly (readonly [fact: string, parts: SpanParts])[] = [
      ['nested', { ...BAD, parent: 'local' }],
      ['internal', { ...BAD, kind: 'internal' }],
      ['ignored', { ...BAD, name: 'GET /health' }],
      ['invalid', { ...BAD, durationMillis: 7_200_000 }],
      ['late', { ...BAD, endMillis: NOW - 40 * 86_400_000 }],
    ];
    for (const [fact, parts] of uncounted) {
      const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }], ignore: [{ operation: 'GET /health' }] });
      assert.deepEqual(fed.end(parts), { events: [], attributes: {} }, fact);
    }
  });
});

describe('what a span tells of a window that turned', () => {
  it('is the breach on the span that turns it, once', () => {
    const fed = new Fed({ objectives: [AVAILABILITY] });
    const told = fed.names([GOOD], [BAD], [BAD], [BAD], [BAD]);
    assert.deepEqual(told, ['', 'violation', 'violation breach', 'violation', 'violation']);
    assert.equal(fed.processor.tracker.report().services[0]?.objectives[0]?.violations.length, 1);
  });

  it('carries service, objective, metric and window', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    assert.deepEqual(fed.end(BAD).events[1], {
      name: 'sla.breach',
      attributes: {
        'sla.service': 'shop',
        'sla.objective': 'availability_5m',
        'sla.metric': 'availability',
        'sla.window': '5m',
      },
    });
  });

  it('is no breach under the least number of events', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 4 }] });
    assert.deepEqual(fed.names([BAD], [BAD], [BAD], [BAD]), [
      'violation',
      'violation',
      'violation',
      'violation breach',
    ]);
  });

  it('is the recovery on the next span after the objective is met again, and the next breach after that', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    const later = 6 * MINUTE;
    assert.deepEqual(fed.names([BAD], [GOOD, later], [GOOD, 6_000], [GOOD], [GOOD], [BAD, later]), [
      'violation breach',
      '',
      'recovered',
      '',
      '',
      'violation breach',
    ]);
  });

  it('carries of a recovery what it carries of a breach', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    fed.names([BAD], [GOOD, 6 * MINUTE], [GOOD, 6_000]);
    fed.processor.tracker.report();
    const found = [fed.end(), fed.end()].flatMap(({ events }) => events);
    for (const { attributes } of found) assert.equal(attributes['sla.window'], '5m');
  });

  it('is the breach by what is still in the window when the span ends, not by what has left it', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    const told = fed.names(...Array.from({ length: 10 }, () => [GOOD] as const), [BAD, 10 * MINUTE]);
    assert.equal(told.at(-1), 'violation breach');
  });

  it('is no breach where what was bad before has left the window', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 3 }] });
    assert.deepEqual(fed.names([BAD], [BAD], [BAD, 10 * MINUTE]), ['violation', 'violation', 'violation']);
  });

  it('is no second breach while an episode lasts, though the budget was nearly met in between', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    // 1 of 1, 1 of 2 (spent to the last event, at risk), 2 of 3 bad.
    const told = fed.names([BAD], [GOOD], [GOOD, 5_000], [BAD], [BAD]);
    assert.deepEqual(
      told.filter((names) => names.includes('breach')),
      ['violation breach'],
    );
    assert.equal(fed.processor.tracker.report().services[0]?.objectives[0]?.violations.length, 1);
  });

  it('is a breach that came by time alone on the next span: what was good has left the window', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    const told = fed.names([GOOD], [GOOD], [GOOD], [BAD, 4 * MINUTE], [BAD], [BAD], [GOOD, 70_000], [GOOD], [GOOD]);
    assert.deepEqual(told, ['', '', '', 'violation', 'violation', 'violation', 'breach', '', '']);
  });

  it('is a breach by time on the next span, though one was told that a later processor took back', () => {
    const fed = new Fed({ objectives: [{ ...AVAILABILITY, minEvents: 1 }] });
    const takenBack = endingSpan(BAD);
    fed.processor.onEnding(takenBack);
    assert.deepEqual(
      takenBack.written.map(({ name }) => name),
      ['sla.violation', 'sla.breach'],
    );
    fed.processor.onEnd({ ...takenBack, status: { code: 0 } });
    const told = fed.names([GOOD], [GOOD], [BAD, 4 * MINUTE], [BAD], [BAD], [GOOD, 70_000]);
    assert.equal(told.at(-1), 'breach');
  });

  it('is told on one span of several objectives', () => {
    const fed = new Fed({
      objectives: [
        { ...AVAILABILITY, minEvents: 1 },
        { ...FAST, minEvents: 1 },
      ],
    });
    assert.deepEqual(fed.names([{ ...BAD, durationMillis: 250 }]), ['violation breach violation breach']);
  });

  it('is the recovery of a throughput as well, on the next span that counts for it', () => {
    const busy: Objective = {
      name: 'busy',
      metric: 'throughput',
      target: 0.1,
      slice: '10s',
      sliceRatio: 0.5,
      window: '30s',
      minEvents: 1,
    };
    const fed = new Fed({ objectives: [busy] });
    const steady = Array.from({ length: 12 }, () => [GOOD, 5_000] as const);
    const told = fed.names([GOOD], [GOOD, 120_000], ...steady).join(' ');
    assert.match(told, /breach.*recovered/);
  });

  it('is the breach of slices of requests, on the next span that counts for them, and no violation', () => {
    const sliced: Objective = { ...AVAILABILITY, minEvents: 1, slice: '10s', sliceRatio: 0.5 };
    const fed = new Fed({ objectives: [sliced] });
    assert.deepEqual(fed.names([BAD], [GOOD, 10_000], [GOOD]), ['', '', 'breach']);
  });
});
