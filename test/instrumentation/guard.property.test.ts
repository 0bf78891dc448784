import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AdaptiveTimeout } from '../../src/instrumentation/adaptive-timeout.ts';
import { Bulkhead } from '../../src/instrumentation/bulkhead.ts';
import { guard } from '../../src/instrumentation/guard.ts';
import { activeSignal, withDeadline } from '../../src/time/ambient.ts';
import { HeldWork, settle, watch } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';
import { Traced } from '../support/traced.ts';

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('call' as const), deadline: fc.option(fc.nat({ max: 150 })) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('finish' as const, 'fail' as const), index: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), millis: fc.nat({ max: 120 }) }) },
);

/** What runs, and what its callers heard. */
class Scene {
  readonly #time: StoppedClock;
  readonly #works: { work: HeldWork; ended: boolean }[] = [];
  readonly #callers: ReturnType<typeof watch>[] = [];
  readonly #charge: () => Promise<string>;

  constructor(time: StoppedClock, bulkhead: Bulkhead, timeout: AdaptiveTimeout) {
    this.#time = time;
    this.#charge = guard(
      () => {
        const work = new HeldWork();
        this.#works.push({ work, ended: false });
        return work.run({ signal: activeSignal()! });
      },
      { operation: 'charge', bulkhead, timeout },
    );
  }

  /** Work that has begun and not ended, whether its caller waits or not. */
  get running(): number {
    return this.#works.filter(({ ended }) => !ended).length;
  }

  get unanswered(): number {
    return this.#callers.filter(({ outcome }) => outcome === 'pending').length;
  }

  async do(each: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
    if (each.kind === 'wait') this.#time.pass(each.millis);
    else if (each.kind === 'call')
      this.#callers.push(watch(each.deadline === null ? this.#charge() : withDeadline(each.deadline, this.#charge)));
    else this.#end(this.#works[each.index], each.kind);
    await settle();
  }

  async endAll(): Promise<void> {
    while (this.running > 0) {
      for (const each of this.#works) this.#end(each, 'finish');
      await settle();
    }
  }

  #end(one: { work: HeldWork; ended: boolean } | undefined, how: 'finish' | 'fail'): void {
    if (one === undefined || one.ended) return;
    one.ended = true;
    one.work[how]();
  }
}

describe('guard, whatever happens', () => {
  it('runs no more at once than there are slots, answers every caller, and gives every slot back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, maxConcurrent) => {
          const time = new StoppedClock();
          const traced = new Traced();
          try {
            const bulkhead = new Bulkhead({
              name: 'payment',
              maxConcurrent,
              maxQueue: 2,
              failureThreshold: 1_000,
              isolationThreshold: 1_000,
              clock: time.clock,
            });
            const timeout = new AdaptiveTimeout({ clock: time.clock, watch: 1 });
            timeout.set('charge', 100);
            const scene = new Scene(time, bulkhead, timeout);
            for (const each of steps) {
              await scene.do(each);
              assert.ok(scene.running <= maxConcurrent);
              assert.equal(bulkhead.snapshot().inFlight, scene.running);
            }
            await scene.endAll();
            const { inFlight, queued, overrun } = bulkhead.snapshot();
            assert.deepEqual([inFlight, queued, overrun, scene.unanswered], [0, 0, 0, 0]);
            await timeout.shutdown();
          } finally {
            traced[Symbol.dispose]();
            time.restore();
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
