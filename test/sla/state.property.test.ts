import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Objective } from '../../src/sla/objective.ts';
import type { ObjectiveReport, SlaReport } from '../../src/sla/report.ts';
import { slotOf, startOf } from '../../src/sla/slots.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/**
 * With a verdict from the first event on: good requests of a slot, counted together, then turn nothing on their way. And
 * with windows of patterns that are never empty, for then a copy without a series would leave.
 */
const OBJECTIVES: Objective[] = [
  { name: 'available', service: 'shop', metric: 'availability', target: 0.9 },
  { name: 'weekly', service: 'shop', metric: 'error_rate', target: 0.3, window: '7d' },
  { name: 'hourly', service: 'cart', metric: 'response_time', target: 100, window: '1h', kind: 'client' },
  { name: 'fast', metric: 'response_time', target: 100, operation: 'GET *', window: '366d' },
  {
    name: 'daily',
    service: 'shop',
    metric: 'availability',
    target: 0.7,
    window: { every: '1d', timeZone: 'Europe/Berlin' },
  },
  {
    name: 'minutes of the day',
    service: 'shop',
    metric: 'availability',
    target: 0.7,
    slice: '7m',
    sliceRatio: 0.6,
    window: { every: '1d', timeZone: 'Asia/Kolkata' },
  },
  { name: 'weekly of the calendar', service: 'cart', metric: 'error_rate', target: 0.4, window: { every: '1w' } },
  { name: 'yearly', service: 'ca*', metric: 'availability', target: 0.5, window: '366d' },
];

const request = fc.record({
  kind: fc.constant('request' as const),
  service: fc.constantFrom('shop', 'cart'),
  operation: fc.constantFrom('GET /a', 'GET /b', 'POST /a'),
  side: fc.constantFrom('server' as const, 'client' as const),
  success: fc.boolean(),
  durationMillis: fc.constantFrom(1, 100, 101),
  agoMillis: fc.oneof(fc.constant(0), fc.nat({ max: 10 * MINUTE }), fc.nat({ max: 20 * DAY })),
  times: fc.integer({ min: 1, max: 20 }),
});
const wait = fc.record({
  kind: fc.constant('wait' as const),
  millis: fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: 30 * MINUTE }), fc.nat({ max: 8 * DAY })),
});
const look = fc.record({ kind: fc.constant('look' as const) });
const steps = fc.array(
  fc.oneof({ weight: 6, arbitrary: request }, { weight: 4, arbitrary: wait }, { weight: 1, arbitrary: look }),
  { maxLength: 30 },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

function apply(driven: DrivenTracker, step: Step): void {
  if (step.kind === 'wait') driven.now += step.millis;
  if (step.kind === 'look') driven.tracker.report();
  if (step.kind !== 'request') return;
  const { agoMillis, times, side, service, operation, success, durationMillis } = step;
  const endTimeMillis = driven.now - agoMillis;
  driven.send(times, { service, operation, success, durationMillis, kind: side, endTimeMillis });
}

/**
 * All there is to know of every objective with events in its window; without, an idle copy may have left earlier here than
 * there. But for what is not saved: recent trace ids, and what a pattern observed while it had no copy. Episodes are told by
 * the slot of five seconds in which they begin, which in a process is none before its own beginning, and without the counts
 * of the moment in which they were noticed: good requests of a slot are counted together.
 */
function standings({ services }: SlaReport, sinceMillis = 0): Map<string, ObjectiveReport> {
  const parts = services.flatMap((service) => [service, ...service.operations]);
  const each = parts.flatMap(({ service, objectives }) =>
    objectives.map((objective): [string, ObjectiveReport] => {
      const violations = objective.violations.map((violation) => ({
        ...violation,
        attained: 0,
        good: 0,
        bad: 0,
        startedAt: slotOfTime(violation.startedAt, sinceMillis),
      }));
      return [`${service} ${objective.name}`, { ...objective, violations, traceIds: [], coverageRatio: 0 }];
    }),
  );
  return new Map(each.filter(([, { attained }]) => attained !== null));
}

function slotOfTime(time: string, sinceMillis: number): string {
  return new Date(startOf(slotOf(Math.max(Date.parse(time), sinceMillis)))).toISOString();
}

describe('a restart beside a process that went on', () => {
  it('changes no standing of any objective, then and later, over random traffic', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const alone = new DrivenTracker({ objectives: OBJECTIVES });
        for (const step of before) apply(alone, step);
        const saved = alone.tracker.saveState();
        const restarted = new DrivenTracker({ objectives: OBJECTIVES }, alone.now);
        assert.equal(restarted.tracker.restoreState(saved).restored, true);
        const restartedAt = alone.now;
        const compare = (): void =>
          assert.deepEqual(
            standings(restarted.tracker.report(), restartedAt),
            standings(alone.tracker.report(), restartedAt),
          );
        compare();
        for (const step of after) {
          for (const driven of [alone, restarted]) apply(driven, step);
          if (step.kind !== 'request') compare();
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Where every value of a JSON document stands. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) => places(each, [...path, key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

/** The document with another value at a place; gives what stood there. */
function replace(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const holder = path.slice(0, -1).reduce<unknown>((each, key) => (each as Record<string, unknown>)[key], document);
  const held = holder as Record<string | number, unknown>;
  const old = held[path.at(-1)!];
  held[path.at(-1)!] = value;
  return old;
}

function lived(): DrivenTracker {
  const driven = new DrivenTracker({ objectives: OBJECTIVES });
  driven.send(20, { operation: 'GET /a' });
  driven.fail(5, { operation: 'GET /a', traceId: 'a' });
  driven.wait('2h');
  driven.send(90, { operation: 'GET /a' });
  driven.send(3, { service: 'cart', kind: 'client' });
  return driven;
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

describe('a damaged state', () => {
  const saved = lived().tracker.saveState();
  const place = fc.constantFrom(...places(JSON.parse(saved)));

  it('is refused, with a reason and without a trace, where a value is of another kind', () => {
    const other = fc.constantFrom<unknown>(null, 'x', 1e300, true, [], {}, [1], '5');
    fc.assert(
      fc.property(place, other, (path, value) => {
        const document: unknown = JSON.parse(saved);
        const old = replace(document, path, value);
        // Whether an episode is over is told by a time or by null.
        fc.pre(kindOf(old) !== kindOf(value) && !(path.at(-1) === 'endedAt' && value === null));
        const driven = lived();
        const before = [driven.tracker.report(), driven.tracker.saveState()];
        const { restored, reason } = driven.tracker.restoreState(JSON.stringify(document));
        assert.equal(restored, false, path.join('.'));
        assert.match(reason ?? '', /^(a damaged state|not a state of this package|a state of version)/);
        assert.deepEqual([driven.tracker.report(), driven.tracker.saveState()], before);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws, and leaves a tracker that counts and reports, whatever stands in it', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.integer(), fc.maxSafeInteger(), fc.double());
    fc.assert(
      fc.property(fc.array(fc.tuple(place, anything), { minLength: 1, maxLength: 4 }), (changes) => {
        const document: unknown = JSON.parse(saved);
        for (const [path, value] of changes) {
          try {
            replace(document, path, value);
          } catch {
            // The place has gone with an earlier change.
          }
        }
        const driven = new DrivenTracker({ objectives: OBJECTIVES });
        const { restored, reason } = driven.tracker.restoreState(JSON.stringify(document));
        if (!restored) assert.ok(reason);
        driven.fail(10);
        const report = driven.tracker.report();
        assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
        for (const { good, bad } of standings(report).values())
          assert.ok(Number.isInteger(good) && Number.isInteger(bad) && good >= 0 && bad >= 0);
        assert.equal(new DrivenTracker().tracker.restoreState(driven.tracker.saveState()).restored, true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws where its text is damaged', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: saved.length }),
        fc.nat({ max: 40 }),
        fc.string({ maxLength: 8 }),
        (at, length, text) => {
          const driven = new DrivenTracker({ objectives: OBJECTIVES });
          const result = driven.tracker.restoreState(saved.slice(0, at) + text + saved.slice(at + length));
          assert.ok(result.restored || result.reason);
          driven.send(1);
          assert.ok(driven.service().requests >= 1);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
