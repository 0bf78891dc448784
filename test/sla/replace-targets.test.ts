import assert from 'node:assert/strict';
import { ConfigurationError } from '../../src/errors.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { ledgerOf, replaceTargets, SlaTracker } from '../../src/sla/tracker.ts';

describe('replacing all objectives', () => {
  const availability: Objective = { service: 'shop', metric: 'availability', target: 0.9 };
  const latency: Objective = { service: 'shop', metric: 'response_time', target: '100ms' };
  const record = (tracker: SlaTracker, count: number): void => {
    for (let index = 0; index < count; index++)
      tracker.record({ service: 'shop', operation: 'GET', success: index % 10 !== 0, durationMillis: 20 });
  };
  const events = (tracker: SlaTracker): Record<string, [target: number, good: number, bad: number]> =>
    Object.fromEntries(
      tracker
        .report()
        .services.flatMap(({ objectives }) =>
          objectives.map(({ name, target, good, bad }) => [name, [target, good, bad] as [number, number, number]]),
        ),
    );

  it('keeps what counts as before, adds what is new, and lets go of the rest', () => {
    const tracker = new SlaTracker({ objectives: [availability, latency], clock: () => 1_800_000_000_000 });
    record(tracker, 100);
    replaceTargets(tracker, [
      { ...availability, target: 0.99 },
      { service: '*', metric: 'error_rate', target: 0.2 },
    ]);
    assert.deepEqual(events(tracker), { availability: [0.99, 90, 10], error_rate: [0.8, 0, 0] });
    record(tracker, 10);
    assert.deepEqual(events(tracker), { availability: [0.99, 99, 11], error_rate: [0.8, 9, 1] });
    replaceTargets(tracker, []);
    assert.deepEqual(events(tracker), {});
    assert.equal(tracker.report().services[0]?.requests, 110, 'requests count on');
  });

  it('changes nothing where one of them cannot be used, and names them all', () => {
    const tracker = new SlaTracker({ objectives: [availability], clock: () => 1_800_000_000_000 });
    record(tracker, 10);
    assert.throws(
      () => replaceTargets(tracker, [latency, latency, { metric: 'availability', target: 7 }]),
      (error) => error instanceof ConfigurationError && error.problems.length === 2,
    );
    assert.deepEqual(events(tracker), { availability: [0.9, 9, 1] });
  });

  it('leaves those alone that are declared in the same words', () => {
    const tracker = new SlaTracker({ objectives: [availability, latency], clock: () => 1_800_000_000_000 });
    const copies = (): unknown[] => [...(ledgerOf(tracker).table.services.get('shop')?.objectives.values() ?? [])];
    const [first, second] = copies();
    replaceTargets(tracker, [{ ...latency, percentile: 0.5 }, { ...availability }]);
    assert.equal(copies()[0], first);
    assert.notEqual(copies()[1], second);
  });

  it('may be the doing of a listener', () => {
    const tracker = new SlaTracker({ objectives: [availability], minEvents: 1, clock: () => 1_800_000_000_000 });
    let violations = 0;
    tracker.onViolation(() => {
      violations++;
      replaceTargets(tracker, [{ ...availability, target: 0.01 }, latency]);
    });
    record(tracker, 21);
    assert.deepEqual(
      [violations, events(tracker)],
      [2, { availability: [0.01, 18, 3], response_time_p95: [0.95, 18, 2] }],
    );
  });

  it('holds no service that only an objective named and no request', () => {
    const tracker = new SlaTracker({ clock: () => 1_800_000_000_000 });
    record(tracker, 1);
    for (let index = 0; index < 100; index++) {
      replaceTargets(tracker, [availability, { ...availability, service: `named ${index}` }]);
      assert.equal(tracker.report().services.length, 2);
    }
    assert.deepEqual([...ledgerOf(tracker).table.services.keys()], ['shop', 'named 99']);
    record(tracker, 10);
    assert.deepEqual(events(tracker)['availability'], [0.9, 9, 1], 'of shop');
    assert.equal(tracker.report('shop').services[0]?.requests, 11);
  });

  it('has the precedence of the new order', () => {
    const patterns: Objective[] = [
      { service: 's*', metric: 'availability', target: 0.9 },
      { service: '*p', metric: 'availability', target: 0.8 },
    ];
    const tracker = new SlaTracker({ objectives: patterns, clock: () => 1_800_000_000_000 });
    record(tracker, 10);
    assert.equal(events(tracker)['availability']?.[0], 0.9);
    replaceTargets(tracker, patterns.toReversed());
    record(tracker, 10);
    assert.equal(events(tracker)['availability']?.[0], 0.8);
  });
});
