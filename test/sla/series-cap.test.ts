import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const ALL: Objective = { name: 'all', service: 'shop', metric: 'availability', target: 0.9 };

/** Requests of the operations of a service, by name. */
function requests(driven: DrivenTracker, service = 'shop'): Record<string, number> {
  const { operations } = driven.service(service);
  return Object.fromEntries(operations.map(({ operation, requests: count }) => [operation, count]));
}

describe('at the greatest number of series', () => {
  it('further operations count as _OTHER, and none of the requests is lost', () => {
    const driven = new DrivenTracker({ maxSeries: 2, objectives: [ALL] });
    for (let index = 0; index < 10; index++) driven.send(index + 1, { operation: `GET /${index}` });
    assert.deepEqual(requests(driven), { 'GET /0': 1, 'GET /1': 2, _OTHER: 52 });
    assert.equal(driven.service().requests, 55);
    assert.deepEqual(driven.counts('all'), [55, 0]);
    const { series, maxSeries, counted, dropped } = driven.tracker.snapshot();
    assert.deepEqual({ series, maxSeries, counted, dropped }, { series: 2, maxSeries: 2, counted: 3, dropped: 52 });
  });

  it('operations that have a series keep it', () => {
    const driven = new DrivenTracker({ maxSeries: 1 });
    driven.send(1, { operation: 'first' });
    driven.send(1, { operation: 'second' });
    driven.send(1, { operation: 'first' });
    assert.deepEqual(requests(driven), { _OTHER: 1, first: 2 });
  });

  it('each service and kind that is known has an _OTHER of its own, unknown services share one', () => {
    const driven = new DrivenTracker({ maxSeries: 1 });
    driven.send(1);
    driven.send(2, { operation: 'another' });
    driven.send(4, { kind: 'client' });
    for (const service of ['a', 'b', 'c']) driven.send(8, { service });
    assert.deepEqual(
      driven.tracker.report().services.map((each) => [each.service, each.kind, each.requests]),
      [
        ['_OTHER', 'server', 24],
        ['shop', 'server', 3],
        ['shop', 'client', 4],
      ],
    );
  });

  it('an operation that an objective names has a series of its own, however late it comes', () => {
    const named: Objective = { ...ALL, name: 'named', operation: 'POST /orders' };
    const driven = new DrivenTracker({ maxSeries: 1, objectives: [named] });
    driven.send(1, { operation: 'GET /' });
    driven.send(1, { operation: 'GET /a' });
    driven.send(3, { operation: 'POST /orders' });
    assert.deepEqual(requests(driven), { 'GET /': 1, 'POST /orders': 3, _OTHER: 1 });
    assert.deepEqual(driven.counts('named'), [3, 0]);
  });

  it('a name that was folded has a series again when there is room', () => {
    const driven = new DrivenTracker({ maxSeries: 1 });
    driven.send(1, { operation: 'first' });
    driven.send(1, { operation: 'second' });
    driven.wait('2h');
    driven.send(1, { operation: 'second' });
    assert.deepEqual(requests(driven), { second: 1 });
  });
});

describe('a series that is idle', () => {
  it('leaves after a day', () => {
    const driven = new DrivenTracker();
    driven.send(1, { operation: 'idle' });
    driven.wait('24h');
    driven.send(1, { operation: 'used' });
    assert.deepEqual(requests(driven), { idle: 1, used: 1 });
    driven.wait('2m');
    assert.deepEqual(requests(driven), { used: 1 });
  });

  it('leaves after an hour where another needs the room, and not before', () => {
    const driven = new DrivenTracker({ maxSeries: 1 });
    driven.send(1, { operation: 'idle' });
    driven.wait('59m');
    driven.send(1, { operation: 'early' });
    assert.deepEqual(requests(driven), { idle: 1, _OTHER: 1 });
    driven.wait('2m');
    driven.send(1, { operation: 'late' });
    assert.deepEqual(requests(driven), { late: 1, _OTHER: 1 });
  });

  it('takes nothing away from the objectives that it counted for', () => {
    const driven = new DrivenTracker({ objectives: [ALL] });
    driven.send(9, { operation: 'idle' });
    driven.fail(1, { operation: 'idle' });
    driven.wait('3d');
    assert.deepEqual(requests(driven), {});
    assert.deepEqual([driven.counts('all'), driven.tracker.snapshot().counted], [[9, 1], 10]);
  });

  it('leaves with its service, where no objective names that', () => {
    const driven = new DrivenTracker({ objectives: [ALL, { ...ALL, name: 'each', service: '*', window: '1h' }] });
    driven.send(1);
    driven.send(1, { service: 'cart' });
    driven.wait('3d');
    assert.deepEqual(
      driven.tracker.report().services.map(({ service, requests: count }) => [service, count]),
      [['shop', 0]],
    );
    assert.equal(driven.tracker.snapshot().series, 0);
  });

  it('counts from nothing when it comes back', () => {
    const driven = new DrivenTracker();
    driven.send(5);
    driven.wait('3d');
    driven.tracker.report();
    driven.send(2);
    assert.deepEqual(requests(driven), { 'GET /': 2 });
  });
});
