import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { ledgerOf } from '../../src/sla/tracker.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

/** The targets of the objectives that a service has, by name. */
function targets(objectives: Objective[], service = 'shop'): Record<string, number> {
  const driven = new DrivenTracker({ objectives });
  driven.send(1, { service });
  const { objectives: whole, operations } = driven.service(service);
  const all = [...whole, ...operations.flatMap((operation) => operation.objectives)];
  return Object.fromEntries(all.map(({ name, target }) => [name, target]));
}

function available(target: number, service?: string): Objective {
  return { metric: 'availability', target, ...(service !== undefined && { service }) };
}

describe('of several objectives of the same name, a service has', () => {
  it('the one that names it exactly, wherever that stands', () => {
    assert.deepEqual(targets([available(0.9), available(0.99, 'shop')]), { availability: 0.99 });
    assert.deepEqual(targets([available(0.99, 'shop'), available(0.9)]), { availability: 0.99 });
    assert.deepEqual(targets([available(0.9), available(0.99, 'shop')], 'cart'), { availability: 0.9 });
  });

  it('of two patterns the one declared first', () => {
    assert.deepEqual(targets([available(0.9, 'sh*'), available(0.8, '*')]), { availability: 0.9 });
    assert.deepEqual(targets([available(0.8, '*'), available(0.9, 'sh*')]), { availability: 0.8 });
  });

  it('each where they have different names', () => {
    const gold: Objective = { ...available(0.999), name: 'gold' };
    const weekly: Objective = { ...available(0.95, 'shop'), window: '7d' };
    const operation: Objective = { ...available(0.5), operation: 'GET /' };
    assert.deepEqual(targets([available(0.9), gold, weekly, operation]), {
      availability: 0.9,
      gold: 0.999,
      availability_7d: 0.95,
      'GET / availability': 0.5,
    });
  });

  it('the exact one also where it is set later, counting anew, and no pattern beside it', () => {
    const driven = new DrivenTracker({ objectives: [available(0.9)] });
    driven.send(3);
    driven.send(3, { service: 'cart' });
    driven.tracker.setTarget(available(0.99, 'shop'));
    driven.send(1);
    driven.send(1, { service: 'cart' });
    assert.deepEqual(
      driven.service().objectives.map(({ name, target, good }) => [name, target, good]),
      [['availability', 0.99, 1]],
    );
    assert.deepEqual(driven.counts('availability', 'cart'), [4, 0]);
  });

  it('the exact one also where it counts nothing of this kind', () => {
    const driven = new DrivenTracker({
      objectives: [available(0.9), { ...available(0.99, 'shop'), name: 'availability', kind: 'client' }],
    });
    driven.send(1);
    assert.deepEqual(driven.counts('availability'), [0, 0]);
  });
});

describe('a pattern of operations', () => {
  it('gives each operation a copy of its own', () => {
    const driven = new DrivenTracker({ objectives: [{ ...available(0.9), name: 'ok', operation: 'GET *' }] });
    driven.send(1, { operation: 'GET /a' });
    driven.fail(2, { operation: 'GET /b' });
    driven.send(1, { operation: 'POST /a' });
    assert.deepEqual(
      [driven.counts('ok GET /a'), driven.counts('ok GET /b')],
      [
        [1, 0],
        [0, 2],
      ],
    );
    assert.deepEqual(
      driven.service().operations.map(({ operation, objectives }) => [operation, objectives.length]),
      [
        ['GET /a', 1],
        ['GET /b', 1],
        ['POST /a', 0],
      ],
    );
  });
});

describe('the kinds that count for an objective', () => {
  const both = (driven: DrivenTracker): void => {
    driven.send(1, { kind: 'server' });
    driven.fail(1, { kind: 'client' });
  };

  it('are all but internal ones, unless it names them', () => {
    const driven = new DrivenTracker({
      objectives: [
        available(0.9, 'shop'),
        { ...available(0.9, 'shop'), name: 'served', kind: ['server', 'consumer'] },
        { ...available(0.9, 'shop'), name: 'inner', kind: 'internal' },
      ],
    });
    for (const kind of ['server', 'consumer', 'client', 'producer', 'internal'] as const) driven.send(1, { kind });
    assert.deepEqual(
      ['availability', 'served', 'inner'].map((name) => driven.counts(name)),
      [
        [4, 0],
        [2, 0],
        [1, 0],
      ],
    );
  });

  it('are the served ones alone for a service that calls itself', () => {
    const driven = new DrivenTracker({ objectives: [available(0.9, 'shop')] });
    ledgerOf(driven.tracker).table.own('shop');
    both(driven);
    assert.deepEqual(driven.counts('availability'), [1, 0]);
    assert.equal(driven.service('shop', 'client').failures, 1);
  });

  it('are the served ones alone from when the service is known to be served here', () => {
    const driven = new DrivenTracker({ objectives: [available(0.9, 'shop')] });
    both(driven);
    assert.deepEqual(driven.counts('availability'), [1, 1]);
    ledgerOf(driven.tracker).table.own('shop');
    both(driven);
    assert.deepEqual(driven.counts('availability'), [2, 1]);
  });

  it('are the calls to itself as well where they are named', () => {
    const driven = new DrivenTracker({ objectives: [{ ...available(0.9, 'shop'), kind: ['server', 'client'] }] });
    ledgerOf(driven.tracker).table.own('shop');
    both(driven);
    assert.deepEqual(driven.counts('availability_server_client'), [1, 1]);
  });

  it('are the calls as well for a service that is only called', () => {
    const driven = new DrivenTracker({ objectives: [available(0.9, 'stock')] });
    ledgerOf(driven.tracker).table.own('shop');
    driven.fail(1, { service: 'stock', kind: 'client' });
    assert.deepEqual(driven.counts('availability', 'stock'), [0, 1]);
  });
});
