import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Objective } from '../../src/sla/objective.ts';
import { resolveObjective } from '../../src/sla/resolved-objective.ts';
import { ledgerOf, replaceTargets } from '../../src/sla/tracker.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const SERVICES = ['shop', 'cart', 'mail'];

/** A few names, under which promises of several kinds are made to one service, or to all that fit a pattern. */
const objective: fc.Arbitrary<Objective> = fc
  .record({
    name: fc.constantFrom('a', 'b', undefined),
    service: fc.constantFrom('shop', 'cart', '*', 's*'),
    target: fc.constantFrom(0.5, 0.9),
    millis: fc.constantFrom(undefined, 100, 200),
    window: fc.constantFrom<NonNullable<Objective['window']>>('30d', '7d', { every: '1M' }),
  })
  .map(({ name, service, target, millis, window }) => ({
    ...(name !== undefined && { name: `${name} of ${service}` }),
    service,
    window,
    ...(millis === undefined
      ? { metric: 'availability', target }
      : { metric: 'response_time', target: millis, percentile: target }),
  }));
const objectives = fc.uniqueArray(objective, {
  maxLength: 5,
  selector: (each) => each.name ?? `${each.service} ${resolveObjective(each, { minEvents: 1 }).name}`,
});

const requests = fc.record({
  kind: fc.constant('requests' as const),
  service: fc.constantFrom(...SERVICES),
  success: fc.boolean(),
  durationMillis: fc.constantFrom(50, 150, 250),
  count: fc.integer({ min: 1, max: 5 }),
});
const swap = fc.record({ kind: fc.constant('swap' as const), objectives });
const wait = fc.record({ kind: fc.constant('wait' as const), millis: fc.nat({ max: 60_000 }) });
const steps = fc.array(fc.oneof({ weight: 6, arbitrary: requests }, { weight: 3, arbitrary: swap }, wait), {
  maxLength: 30,
});
type Requests = typeof requests extends fc.Arbitrary<infer R> ? R : never;

interface Copy {
  rule: string;
  thresholdMillis: number;
  good: number;
  bad: number;
}

/** Who keeps what, by the book: a copy goes on where its service still has one of that name that counts by the same rule. */
class SwapTwin {
  #objectives: readonly Objective[] = [];
  readonly #seen = new Set<string>();
  copies = new Map<string, Copy>();

  swap(replacement: readonly Objective[]): void {
    this.#objectives = replacement;
    this.#bind();
  }

  count({ service, success, durationMillis, count }: Requests): void {
    this.#seen.add(service);
    this.#bind();
    for (const [key, copy] of this.copies) {
      if (!key.startsWith(`${service}: `)) continue;
      if (success && durationMillis <= copy.thresholdMillis) copy.good += count;
      else copy.bad += count;
    }
  }

  #bind(): void {
    const before = this.copies;
    this.copies = new Map();
    const exactFirst = this.#objectives.toSorted(
      (a, b) => Number(a.service!.includes('*')) - Number(b.service!.includes('*')),
    );
    for (const service of SERVICES) {
      for (const each of exactFirst) {
        const { name, countingRule: rule, thresholdMillis, matchesService } = resolveObjective(each, { minEvents: 1 });
        const key = `${service}: ${name}`;
        if (!matchesService(service) || this.copies.has(key)) continue;
        if (each.service !== service && !this.#seen.has(service)) continue;
        const old = before.get(key);
        this.copies.set(key, old?.rule === rule ? old : { rule, thresholdMillis, good: 0, bad: 0 });
      }
    }
  }
}

describe('replacing all objectives, again and again, while requests are counted', () => {
  it('loses and invents no event of any that go on, and leaves none of the others', () => {
    fc.assert(
      fc.property(objectives, steps, (first, list) => {
        const driven = new DrivenTracker({ objectives: first });
        const twin = new SwapTwin();
        twin.swap(first);
        for (const step of list) {
          if (step.kind === 'wait') driven.now += step.millis;
          if (step.kind === 'swap') {
            replaceTargets(driven.tracker, step.objectives);
            twin.swap(step.objectives);
          }
          if (step.kind === 'requests') {
            const { service, success, durationMillis, count } = step;
            driven.send(count, { service, success, durationMillis });
            twin.count(step);
          } else {
            compare(driven, twin);
          }
        }
        compare(driven, twin);
      }),
      { numRuns: 400 },
    );
  });
});

/** The counters and the windows of every copy. */
function compare(driven: DrivenTracker, twin: SwapTwin): void {
  const ledger = ledgerOf(driven.tracker);
  const now = ledger.settle();
  const found = [...ledger.table.services.values()].flatMap((entry) =>
    [...entry.objectives.values()].map((tracked) => {
      const { good, bad } = tracked.evaluate(now);
      assert.deepEqual([tracked.good, tracked.bad], [good, bad]);
      return [`${entry.name}: ${tracked.name}`, [good, bad]] as const;
    }),
  );
  const expected = [...twin.copies].map(([key, { good, bad }]) => [key, [good, bad]] as const);
  assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
}
