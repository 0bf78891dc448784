import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { claimsOf, isClaimed } from '../../src/generate/claims.ts';
import { SlaTracker } from '../../src/index.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { objectiveProblems } from '../../src/sla/objective-problems.ts';
import { resolveObjective } from '../../src/sla/resolved-objective.ts';

const SERVICES = ['a', 'b', 'ab'];
const OPERATIONS = ['x', 'y', 'x y', 'y x'];

const objective = fc.record(
  {
    name: fc.constantFrom('n', 'n x', 'n y', 'n x y', 'm', 'm *', 'n y x'),
    service: fc.constantFrom('*', 'a', 'b', 'a*', '*b', '?'),
    operation: fc.constantFrom('x', '*', 'x*', '?', '* y'),
  },
  { requiredKeys: [] },
);

/** Targets tell the objectives apart. */
function declared(scopes: readonly object[]): Objective[] {
  return scopes.map((scope, index) => ({ ...scope, metric: 'availability', target: 0.5 + index / 100 }));
}

/** The copies that the tracker counts for: their service, their name, and the target they are held to. */
function counted(objectives: Objective[]): [service: string, copy: string, target: number][] {
  const tracker = new SlaTracker({ objectives, clock: () => 1_000_000 });
  for (const service of SERVICES)
    for (const operation of OPERATIONS) tracker.record({ service, operation, success: true, durationMillis: 1 });
  return tracker
    .report()
    .services.flatMap((report) =>
      [report, ...report.operations].flatMap(({ service, objectives: copies }) =>
        copies.map(({ name, target }): [string, string, number] => [service, name, target]),
      ),
    );
}

/** Whether two patterns over operations call copies of theirs alike, so that the tracker has but one of them. */
function sharesCopies(objectives: readonly Objective[]): boolean {
  const callers = new Map<string, string>();
  return resolvedOf(objectives)
    .filter(({ operationIsPattern }) => operationIsPattern)
    .some(({ name, matchesOperation }) =>
      OPERATIONS.filter((operation) => matchesOperation(operation)).some((operation) => {
        const copy = `${name} ${operation}`;
        const earlier = callers.get(copy) ?? name;
        callers.set(copy, name);
        return earlier !== name;
      }),
    );
}

function resolvedOf(objectives: readonly Objective[]): ReturnType<typeof resolveObjective>[] {
  return objectives.map((each) => resolveObjective(each, { minEvents: 1 }));
}

describe('claims', () => {
  it('give every copy that the tracker counts for to the objective that it is held to, and to no other', () => {
    const some = fc
      .array(objective, { minLength: 1, maxLength: 5 })
      .map(declared)
      .filter((objectives) => objectiveProblems(objectives, 'objectives', Infinity).length === 0)
      .filter((objectives) => !sharesCopies(objectives));
    fc.assert(
      fc.property(some, (objectives) => {
        const claims = claimsOf(resolvedOf(objectives));
        for (const [service, copy, target] of counted(objectives)) {
          const owners = [...claims].flatMap(([owner, own]) =>
            own.filter((claim) => isClaimed(claim, service, copy)).map(() => owner.target),
          );
          assert.deepEqual(owners, [target], `${copy} of ${service}`);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('never give a series to two', () => {
    const names = ['n', 'n x', 'n y', 'n x y', 'n y x', 'm', 'm *', 'm * x', 'm x'];
    fc.assert(
      fc.property(fc.array(objective, { minLength: 1, maxLength: 5 }).map(declared), (objectives) => {
        fc.pre(objectiveProblems(objectives, 'objectives', Infinity).length === 0);
        const claims = [...claimsOf(resolvedOf(objectives)).values()].flat();
        for (const service of SERVICES)
          for (const name of names)
            assert(
              claims.filter((claim) => isClaimed(claim, service, name)).length <= 1,
              `${name} of ${service}: ${JSON.stringify(claims)}`,
            );
      }),
      { numRuns: 1_000 },
    );
  });
});
