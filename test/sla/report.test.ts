import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker, NOON } from '../support/driven-tracker.ts';

const AVAILABLE: Objective = { name: 'available', service: 'shop', metric: 'availability', target: 0.9 };

describe('the report', () => {
  it('tells of a service that an objective names before its first request: nothing is known', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE], windows: ['5m', '1h'] });
    assert.deepEqual(driven.tracker.report(), {
      generatedAt: '2026-01-15T12:00:00.000Z',
      services: [
        {
          service: 'shop',
          kind: 'server',
          status: 'no_data',
          requests: 0,
          failures: 0,
          availability: null,
          errorRate: null,
          throughputPerSecond: null,
          responseTimeMillis: null,
          objectives: [
            {
              name: 'available',
              metric: 'availability',
              target: 0.9,
              window: '30d',
              status: 'no_data',
              attained: null,
              good: 0,
              bad: 0,
              coverageRatio: 0,
              errorBudget: { ratio: 0.1, remainingRatio: null, exhaustedInMillis: null },
              burnRates: { '5m': null, '1h': null },
              violations: [],
              traceIds: [],
            },
          ],
          operations: [],
        },
      ],
    });
  });

  it('tells of an operation that an objective names before its first request as well', () => {
    const driven = new DrivenTracker({ objectives: [{ ...AVAILABLE, operation: 'POST /orders', kind: 'consumer' }] });
    const { kind, objectives, operations } = driven.service();
    assert.deepEqual([kind, objectives], ['consumer', []]);
    assert.deepEqual(
      operations.map((each) => [each.operation, each.status, each.requests, each.objectives.length]),
      [['POST /orders', 'no_data', 0, 1]],
    );
  });

  it('tells of no service that only a pattern finds before its first request', () => {
    assert.deepEqual(new DrivenTracker({ objectives: [{ ...AVAILABLE, service: '*' }] }).tracker.report().services, []);
  });

  it('adds the operations up to the service', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.send(6, { operation: 'GET /a' });
    driven.fail(2, { operation: 'GET /b' });
    const { service, kind, status, requests, failures, availability, errorRate, operations } = driven.service();
    assert.deepEqual(
      { service, kind, status, requests, failures, availability, errorRate },
      {
        service: 'shop',
        kind: 'server',
        status: 'breached',
        requests: 8,
        failures: 2,
        availability: 0.75,
        errorRate: 0.25,
      },
    );
    assert.deepEqual(
      operations.map((each) => [each.operation, each.requests, each.failures, each.availability, each.status]),
      [
        ['GET /a', 6, 0, 1, 'no_data'],
        ['GET /b', 2, 2, 0, 'no_data'],
      ],
    );
    assert.deepEqual(
      operations.map((each) => each.operations),
      [[], []],
    );
  });

  it('keeps what a service serves apart from what is called of it, served first', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    for (const kind of ['internal', 'producer', 'client', 'consumer', 'server'] as const) driven.fail(1, { kind });
    const { services } = driven.tracker.report();
    assert.deepEqual(
      services.map(({ kind }) => kind),
      ['server', 'consumer', 'client', 'producer', 'internal'],
    );
    // An objective that counts several kinds stands once, at the first of them.
    assert.deepEqual(
      services.map(({ objectives }) => objectives.map(({ bad }) => bad)),
      [[4], [], [], [], []],
    );
  });

  it('tells of a service that is only called by the kind of the calls', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.send(1, { kind: 'client' });
    assert.deepEqual(
      driven.tracker.report().services.map(({ kind, objectives }) => [kind, objectives[0]?.good]),
      [['client', 1]],
    );
  });

  it('sorts services by name', () => {
    const driven = new DrivenTracker();
    for (const service of ['shop', 'cart', 'Zoo', 'álbum', 'cart 2']) driven.send(1, { service });
    assert.deepEqual(
      driven.tracker.report().services.map(({ service }) => service),
      ['Zoo', 'cart', 'cart 2', 'shop', 'álbum'],
    );
  });

  it('is of one service where one is asked for, and of none that is unknown', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE, { ...AVAILABLE, name: 'cart', service: 'cart' }] });
    assert.deepEqual(
      driven.tracker.report('cart').services.map(({ service }) => service),
      ['cart'],
    );
    assert.deepEqual(driven.tracker.report('car*').services, []);
    assert.deepEqual(driven.tracker.report('').services, []);
  });

  it('gives an operation the status of its objectives, and the service the worst of all', () => {
    const driven = new DrivenTracker({
      objectives: [
        { ...AVAILABLE, operation: 'GET *' },
        { ...AVAILABLE, name: 'all' },
      ],
    });
    driven.send(50, { operation: 'GET /a' });
    driven.fail(1, { operation: 'GET /b' });
    const { status, operations, objectives } = driven.service();
    assert.deepEqual(
      [status, objectives[0]?.status, ...operations.map((each) => each.status)],
      ['breached', 'met', 'met', 'breached'],
    );
  });

  it('is the same after a round trip through JSON, whatever it holds', () => {
    const objectives: Objective[] = [
      AVAILABLE,
      { name: 'fast', metric: 'response_time', target: '0.5s', operation: '*', percentile: 0.999 },
      { name: 'busy', metric: 'throughput', target: 0.3, slice: '7s' },
      { name: 'rate', metric: 'error_rate', target: 0.07, service: 'c*', window: '7d', minEvents: 1_000 },
    ];
    const driven = new DrivenTracker({ objectives });
    const roundTrip = (): void => {
      const report = driven.tracker.report();
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
    };
    roundTrip();
    driven.send(3, { durationMillis: 0 });
    driven.fail(3, { service: '__proto__', operation: 'constructor', traceId: 'a' });
    driven.send(3, { service: 'cart', kind: 'client', durationMillis: 700.25 });
    roundTrip();
    driven.wait('10m');
    roundTrip();
    driven.wait('60d');
    roundTrip();
  });

  it('says what a request or a slice is held to', () => {
    const driven = new DrivenTracker({
      objectives: [
        AVAILABLE,
        { name: 'fast', service: 'shop', metric: 'response_time', target: '0.5s' },
        { name: 'busy', service: 'shop', metric: 'throughput', target: 0.3 },
        { name: 'rate', service: 'shop', metric: 'error_rate', target: 0.07 },
      ],
    });
    assert.deepEqual(
      driven
        .service()
        .objectives.map(({ name, threshold, target, errorBudget }) => [name, threshold, target, errorBudget.ratio]),
      [
        ['available', undefined, 0.9, 0.1],
        ['fast', 500, 0.95, 0.05],
        ['busy', 0.3, 0.99, 0.01],
        ['rate', undefined, 0.93, 0.07],
      ],
    );
  });

  it('gives burn rates for the windows that were asked for, shortest first', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE], windows: ['90d', '10s', '7d'] });
    driven.fail(1);
    driven.wait('10s');
    driven.send(1);
    assert.deepEqual(Object.entries(driven.objective('available').burnRates), [
      ['10s', 0],
      ['7d', 5],
      ['90d', 5],
    ]);
  });

  it('weighs the budget by events, not by hours', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.send(990);
    driven.wait('1h');
    driven.fail(10);
    const { attained, errorBudget, burnRates } = driven.objective('available');
    assert.deepEqual([attained, errorBudget.remainingRatio, burnRates['5m']], [0.99, 0.9, 10]);
    // At the rate of the last hour, 0.9 x 30 d / 10.
    assert.equal(Math.round(errorBudget.exhaustedInMillis!), 233_280_000);
  });

  it('shows an overspent budget as negative, exhausted now', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    driven.fail(4);
    driven.send(1);
    const { remainingRatio, exhaustedInMillis } = driven.objective('available').errorBudget;
    assert.deepEqual([remainingRatio, exhaustedInMillis], [-7, 0]);
  });
});

describe('the throughput of a service', () => {
  it('is that of the last five minutes', () => {
    const driven = new DrivenTracker();
    for (let second = 0; second < 900; second++) {
      driven.send(second < 600 ? 1 : 3);
      driven.wait('1s');
    }
    driven.now -= 1;
    assert.equal(driven.service().throughputPerSecond?.toFixed(3), '3.000');
  });

  it('is that of the time observed, where that is shorter', () => {
    const driven = new DrivenTracker();
    driven.wait('30s');
    driven.send(15);
    driven.wait('30s');
    assert.equal(driven.service().throughputPerSecond, 0.25);
  });

  it('is 0 when nothing came lately, and unknown when nothing came at all', () => {
    const driven = new DrivenTracker({ objectives: [AVAILABLE] });
    assert.equal(driven.service().throughputPerSecond, null);
    driven.send(5);
    assert.equal(driven.service().throughputPerSecond, null);
    driven.wait('10m');
    assert.equal(driven.service().throughputPerSecond, 0);
  });
});

describe('the response times of a service', () => {
  it('are those of all its operations, within 1.6 %', () => {
    const driven = new DrivenTracker();
    for (let millis = 1; millis <= 100; millis++)
      driven.send(1, { operation: `GET /${millis % 2}`, durationMillis: millis });
    const { mean, p50, p95, p99, max } = driven.service().responseTimeMillis!;
    assert.deepEqual([mean, max], [50.5, 100]);
    for (const [actual, expected] of [
      [p50, 50],
      [p95, 95],
      [p99, 99],
    ] as const)
      assert.ok(Math.abs(actual - expected) <= 0.016 * expected, `${actual} for ${expected}`);
    assert.equal(driven.service().operations[0]?.responseTimeMillis?.max, 100);
    assert.equal(driven.service().operations[1]?.responseTimeMillis?.max, 99);
  });

  it('are of the last five to ten minutes', () => {
    const driven = new DrivenTracker({}, NOON);
    driven.send(1, { durationMillis: 900 });
    driven.wait('9m');
    driven.send(1, { durationMillis: 20 });
    assert.equal(driven.service().responseTimeMillis?.max, 900);
    driven.wait('1m');
    assert.equal(driven.service().responseTimeMillis?.max, 20);
    driven.wait('10m');
    assert.equal(driven.service().responseTimeMillis, null);
  });
});
