import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { ThroughputSlices } from '../../src/sla/throughput-slices.ts';
import { DrivenTracker, NOON } from '../support/driven-tracker.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const BUSY: Objective = { name: 'busy', service: 'shop', metric: 'throughput', target: 0.1 };

/** Slices of a minute that want six requests, and the verdicts on them as `end:verdict` in minutes. */
class Slices {
  readonly judged: string[] = [];
  readonly #slices: ThroughputSlices;

  constructor(sinceMillis = 0) {
    this.#slices = new ThroughputSlices({ millis: MINUTE, leastRequests: 6 }, DAY, sinceMillis);
  }

  add(count: number, atMillis: number): void {
    for (let added = 0; added < count; added++) this.#slices.add(atMillis, true, this.#judge);
  }

  settle(nowMillis: number): void {
    this.#slices.settle(nowMillis, this.#judge);
  }

  readonly #judge = (endMillis: number, good: boolean): void =>
    void this.judged.push(`${endMillis / MINUTE}:${good ? 'good' : 'bad'}`);
}

describe('a slice of throughput', () => {
  it('is judged at its end and not before', () => {
    const slices = new Slices();
    slices.add(6, 1_000);
    slices.settle(MINUTE - 1);
    assert.deepEqual(slices.judged, []);
    slices.settle(MINUTE);
    slices.settle(MINUTE);
    assert.deepEqual(slices.judged, ['1:good']);
  });

  it('is judged by a request that ended after it as well', () => {
    const slices = new Slices();
    slices.add(6, 59_999);
    slices.add(1, MINUTE);
    assert.deepEqual(slices.judged, ['1:good']);
  });

  it('is good with exactly the requests it wants, and bad with one less', () => {
    const slices = new Slices();
    slices.add(6, 0);
    slices.add(5, MINUTE);
    slices.settle(2 * MINUTE);
    assert.deepEqual(slices.judged, ['1:good', '2:bad']);
  });

  it('is bad when nothing came', () => {
    const slices = new Slices();
    slices.settle(3 * MINUTE + 1);
    assert.deepEqual(slices.judged, ['1:bad', '2:bad', '3:bad']);
  });

  it('is skipped where only its rest was seen', () => {
    const slices = new Slices(1);
    slices.add(9, 30_000);
    slices.settle(MINUTE);
    assert.deepEqual(slices.judged, []);
    slices.settle(2 * MINUTE);
    assert.deepEqual(slices.judged, ['2:bad']);
  });

  it('keeps its verdict when requests arrive late, and they count for no other', () => {
    const slices = new Slices();
    slices.settle(MINUTE);
    slices.add(9, 59_999);
    slices.settle(2 * MINUTE);
    assert.deepEqual(slices.judged, ['1:bad', '2:bad']);
  });

  it('takes requests out of order as long as it fills', () => {
    const slices = new Slices();
    for (const at of [50_000, 10_000, 59_999, 0, 30_000, 20_000]) slices.add(1, at);
    slices.settle(MINUTE);
    assert.deepEqual(slices.judged, ['1:good']);
  });

  it('is caught up with only as far as a window reaches', () => {
    const slices = new Slices();
    slices.settle(40 * DAY);
    assert.equal(slices.judged.length, 1 + DAY / MINUTE);
    assert.deepEqual([slices.judged[0], slices.judged.at(-1)], ['1:bad', `${(40 * DAY) / MINUTE}:bad`]);
  });
});

describe('a throughput objective', () => {
  it('asks of a slice its target times its length', () => {
    for (const [target, slice, requests] of [
      [0.1, '1m', 6],
      [3, '1s', 3],
      [0.5, '7s', 4],
    ] as const) {
      const driven = new DrivenTracker({ objectives: [{ ...BUSY, target, slice }] }, 0);
      driven.send(requests);
      driven.wait(slice);
      driven.send(requests - 1);
      driven.wait(slice);
      assert.deepEqual(driven.counts('busy'), [1, 1], `${target}/s by ${slice}`);
    }
  });

  it('counts a request whatever became of it', () => {
    const driven = new DrivenTracker({ objectives: [BUSY] });
    driven.fail(6);
    driven.wait('1m');
    const { good, bad, threshold, target, traceIds } = driven.objective('busy');
    assert.deepEqual([good, bad, threshold, target, traceIds], [1, 0, 0.1, 0.99, []]);
  });

  it('keeps its target by the share of good slices, and is broken by one bad slice too many', () => {
    const driven = new DrivenTracker({ objectives: [{ ...BUSY, sliceRatio: 0.75, window: '1h' }] });
    for (const sent of [6, 6, 6, 0]) {
      driven.send(sent);
      driven.wait('1m');
    }
    const { status, attained, errorBudget } = driven.objective('busy');
    assert.deepEqual([status, attained, errorBudget.remainingRatio], ['met', 0.75, 0]);
    driven.wait('1m');
    assert.equal(driven.objective('busy').status, 'breached');
    const [violation] = driven.told;
    assert.deepEqual([violation?.good, violation?.bad, violation?.startedAt], [3, 2, '2026-01-15T12:05:00.000Z']);
  });

  it('breaks when nothing comes at all, told by whoever looks', () => {
    const driven = new DrivenTracker({ objectives: [BUSY] });
    driven.wait('10m');
    assert.equal(driven.told.length, 0);
    assert.equal(driven.objective('busy').status, 'breached');
    assert.equal(driven.told.length, 1);
  });

  it('needs as many slices as minEvents says for a verdict', () => {
    const driven = new DrivenTracker({ objectives: [{ ...BUSY, minEvents: 3 }] });
    driven.wait('2m');
    assert.equal(driven.objective('busy').status, 'no_data');
    driven.wait('1m');
    assert.equal(driven.objective('busy').status, 'breached');
  });

  it('handles an idle gap of 40 days at once, in slices of a second', () => {
    const driven = new DrivenTracker({ objectives: [{ ...BUSY, slice: '1s' }] });
    driven.send(1);
    driven.wait('40d');
    const begun = performance.now();
    const { bad } = driven.objective('busy');
    assert.ok(performance.now() - begun < 2_000);
    // A window of 30 d ends with the slot of six hours that is still filling.
    assert.equal(bad, (30 * DAY - DAY / 4) / 1_000);
    assert.equal(driven.told.length, 1);
  });

  it('skips the slice in which the process restarts, and the gap before it', () => {
    const before = new DrivenTracker({ objectives: [BUSY] });
    before.send(6);
    before.wait('90s');
    const after = new DrivenTracker({ objectives: [BUSY] }, NOON + 10 * MINUTE + 1);
    after.tracker.restoreState(before.tracker.saveState());
    after.wait('1m');
    assert.deepEqual(after.counts('busy'), [1, 0]);
    after.wait('1m');
    assert.deepEqual(after.counts('busy'), [1, 1]);
  });

  it('goes on with the present slice when the clock is set back', () => {
    const driven = new DrivenTracker({ objectives: [BUSY] });
    driven.wait('10m');
    driven.send(1);
    driven.now -= 5 * MINUTE;
    assert.deepEqual(driven.counts('busy'), [0, 10]);
    driven.send(6);
    driven.wait('1m');
    assert.deepEqual(driven.counts('busy'), [1, 10]);
  });
});
