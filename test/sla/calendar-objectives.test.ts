import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { onTurnOf } from '../../src/sla/tracker.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAILY: Objective = {
  name: 'daily',
  service: 'shop',
  metric: 'availability',
  target: 0.9,
  window: { every: '1d', timeZone: 'Europe/Berlin' },
};
/** Midnight in Berlin, on a day without a change of clocks. */
const MIDNIGHT = Date.parse('2026-01-14T23:00Z');

function at(time: string, ...objectives: Objective[]): DrivenTracker & { turns: string[] } {
  const driven = new DrivenTracker({ objectives: objectives.length > 0 ? objectives : [DAILY] }, Date.parse(time));
  const turns: string[] = [];
  onTurnOf(driven.tracker, (turn, { name }, { startedAt, endedAt }) => {
    turns.push([turn, name, startedAt.slice(5, 19), ...(endedAt === null ? [] : [endedAt.slice(5, 19)])].join(' '));
  });
  return Object.assign(driven, { turns });
}

/** When the budget of half the requests ends: from midnight on, each hour 100 requests, of which so many fail. */
function hours(...failures: number[]): number | null {
  const driven = at('2026-01-14T23:00Z', { ...DAILY, target: 0.5 });
  for (const failed of failures) {
    for (let minute = 0; minute < 60; minute += 3) {
      driven.fail(failed / 20);
      driven.send((100 - failed) / 20);
      driven.wait('3m');
    }
  }
  return driven.objective('daily').errorBudget.exhaustedInMillis;
}

describe('an objective whose window is a period of the calendar', () => {
  it('begins anew with each period, at its very beginning', () => {
    const driven = at('2026-01-14T22:59:59.999Z');
    driven.send(3);
    driven.fail(1);
    assert.deepEqual([driven.counts('daily'), driven.objective('daily').status], [[3, 1], 'breached']);
    driven.now = MIDNIGHT;
    const { good, bad, attained, status, errorBudget } = driven.objective('daily');
    assert.deepEqual([good, bad, attained, status], [0, 0, null, 'no_data']);
    assert.deepEqual(errorBudget, { ratio: 0.1, remainingRatio: null, exhaustedInMillis: null });
    driven.send(1);
    assert.deepEqual([driven.counts('daily'), driven.objective('daily').status], [[1, 0], 'met']);
  });

  it('says which period is meant', () => {
    const driven = at('2026-03-29T12:00Z');
    const { window, period } = driven.objective('daily');
    assert.equal(window, '1d@Europe/Berlin');
    assert.deepEqual(period, { startedAt: '2026-03-28T23:00:00.000Z', endsAt: '2026-03-29T22:00:00.000Z' });
    assert.equal(at('2026-01-01T00:00Z', { ...DAILY, window: '1d' }).objective('daily').period, undefined);
  });

  it('ends its violation with the period, and tells so once it is noticed', () => {
    const driven = at('2026-01-14T20:00Z');
    driven.send(1);
    driven.fail(1);
    driven.now = MIDNIGHT + 2 * HOUR;
    assert.deepEqual(driven.turns, ['breach daily 01-14T20:00:00']);
    driven.send(1);
    assert.deepEqual(driven.turns.slice(1), ['recovered daily 01-14T20:00:00 01-14T23:00:00']);
    assert.deepEqual(
      driven.objective('daily').violations.map(({ endedAt }) => endedAt),
      ['2026-01-14T23:00:00.000Z'],
    );
  });

  it('ends its violation with the period also where periods have gone by unseen', () => {
    const driven = at('2026-01-14T20:00Z');
    driven.fail(1);
    driven.wait('10d');
    driven.tracker.report();
    assert.deepEqual(driven.turns.slice(1), ['recovered daily 01-14T20:00:00 01-14T23:00:00']);
  });

  it('may be broken again at once', () => {
    const driven = at('2026-01-14T20:00Z');
    driven.fail(1);
    driven.now = MIDNIGHT;
    driven.fail(1);
    assert.deepEqual(driven.turns, [
      'breach daily 01-14T20:00:00',
      'recovered daily 01-14T20:00:00 01-14T23:00:00',
      'breach daily 01-14T23:00:00',
    ]);
  });

  it('asks for enough events in every period', () => {
    const driven = at('2026-01-14T20:00Z', { ...DAILY, minEvents: 10 });
    driven.fail(10);
    driven.now = MIDNIGHT;
    driven.fail(9);
    assert.deepEqual([driven.objective('daily').status, driven.turns.length], ['no_data', 2]);
    driven.fail(1);
    assert.deepEqual([driven.objective('daily').status, driven.turns.length], ['breached', 3]);
  });

  it('leaves burn rates to slide on over the turn, and with them its risk', () => {
    const driven = at('2026-01-14T22:00Z', { ...DAILY, target: 0.99 });
    driven.send(100);
    driven.fail(10);
    driven.now = MIDNIGHT + 5 * 60_000;
    driven.send(1_000);
    driven.fail(9);
    const { status, good, bad, burnRates, errorBudget } = driven.objective('daily');
    assert.deepEqual([good, bad], [1_000, 9]);
    assert.deepEqual(
      [burnRates['5m'], burnRates['2h']].map((rate) => Math.round(rate! * 100)),
      [89, 170],
    );
    assert.ok(errorBudget.remainingRatio! > 0.1);
    assert.equal(status, 'at_risk');
  });

  it('does not count late requests of the past period, though burn rates and counters do', () => {
    const driven = at('2026-01-14T22:59:00Z');
    driven.send(10);
    driven.now = MIDNIGHT + 60_000;
    driven.send(10);
    driven.fail(10, { endTimeMillis: MIDNIGHT - 1 });
    const { good, bad, burnRates, status } = driven.objective('daily');
    assert.deepEqual([good, bad, status], [10, 0, 'met']);
    assert.ok(Math.abs(burnRates['5m']! - 10 / 30 / 0.1) < 1e-9);
  });

  it('counts requests from all of a period of 31 days', () => {
    const monthly: Objective = { ...DAILY, name: 'monthly', window: { every: '1M' } };
    const driven = at('2026-01-31T23:59Z', monthly);
    driven.send(1, { endTimeMillis: Date.parse('2026-01-01T00:00Z') });
    driven.send(1, { endTimeMillis: Date.parse('2025-12-31T23:59:59.999Z') });
    assert.deepEqual(driven.counts('monthly'), [1, 0]);
    assert.equal(driven.tracker.snapshot().late, 0);
  });

  it('goes back to the period before when the clock is set back, with what it had counted there', () => {
    const driven = at('2026-01-14T22:00Z');
    driven.send(20);
    driven.now = MIDNIGHT + HOUR;
    driven.fail(1);
    assert.deepEqual(driven.counts('daily'), [0, 1]);
    driven.now = MIDNIGHT - HOUR;
    assert.deepEqual(driven.counts('daily'), [20, 1]);
    driven.now = MIDNIGHT;
    assert.deepEqual(driven.counts('daily'), [0, 0]);
  });

  it('counts on in the period in which the clock was set back before anything was counted', () => {
    const driven = at('2026-01-15T00:00Z');
    driven.now = MIDNIGHT - HOUR;
    driven.send(1);
    assert.deepEqual(driven.counts('daily'), [1, 0]);
  });

  it('gives a service that a pattern finds a period of its own', () => {
    const driven = at('2026-01-14T22:00Z', { ...DAILY, service: '*', operation: 'GET *' });
    driven.send(1, { operation: 'GET /' });
    driven.now = MIDNIGHT;
    driven.send(2, { operation: 'GET /' });
    assert.deepEqual(driven.counts('daily GET /'), [2, 0]);
  });

  it('tells the end of an episode before an idle copy leaves', () => {
    const driven = at('2026-01-14T20:00Z', { ...DAILY, service: '*', window: { every: '2d' } });
    driven.fail(1);
    driven.wait('3d');
    driven.tracker.report();
    driven.wait('1m');
    driven.tracker.report();
    assert.equal(driven.turns.length, 2);
    assert.equal(driven.tracker.snapshot().objectives, 0);
  });
});

describe('how much of a period was observed', () => {
  it('is a share of what has gone by of it', () => {
    const driven = at('2026-01-15T05:00Z');
    assert.equal(driven.objective('daily').coverageRatio, 0);
    driven.wait('6h');
    assert.equal(driven.objective('daily').coverageRatio, 0.5);
    driven.now = MIDNIGHT + DAY;
    assert.equal(driven.objective('daily').coverageRatio, 1);
    driven.wait('1h');
    assert.equal(driven.objective('daily').coverageRatio, 1);
  });
});

describe('when the budget of a period ends', () => {
  it('is when what remains is spent at the rate of the last hour', () => {
    // Five hours without a failure are spent by five more with nothing else.
    const millis = hours(0, 0, 0, 0, 0, 100)!;
    assert.ok(Math.abs(millis - 4 * HOUR) < HOUR / 5, `${millis / HOUR} h`);
  });

  it('is never where the period ends first', () => {
    assert.equal(hours(...Array<number>(13).fill(0), 100), null);
  });

  it('is never where no more is spent than the period can bear', () => {
    assert.equal(hours(0, 40), null);
    assert.equal(hours(0, 0), null);
  });

  it('is now where nothing remains', () => {
    assert.equal(hours(60), 0);
  });
});

describe('slices of time in periods of the calendar', () => {
  const BUSY: Objective = {
    name: 'busy',
    service: 'shop',
    metric: 'throughput',
    target: 1,
    slice: '11m',
    sliceRatio: 0.5,
    window: { every: '1d' },
  };

  it('belong to the period that they end in', () => {
    const slice = 11 * 60_000;
    const midnight = Date.parse('2026-01-15T00:00Z');
    const first = Math.floor(midnight / slice - 2) * slice;
    assert.notEqual(midnight % slice, 0);
    const driven = at(new Date(first).toISOString(), BUSY);
    driven.now = first + 5 * slice;
    assert.deepEqual(driven.counts('busy'), [0, 3]);
  });

  it('belong to the period that ends with them', () => {
    const driven = at('2026-01-14T23:55Z', { ...BUSY, slice: '5m' });
    driven.now = Date.parse('2026-01-15T00:00Z');
    assert.deepEqual(driven.counts('busy'), [0, 0]);
    driven.wait('5m');
    assert.deepEqual(driven.counts('busy'), [0, 1]);
  });
});

describe('setTarget with a window of the calendar', () => {
  it('keeps what a sliding window had counted of the present period', () => {
    const driven = at('2026-01-14T12:00Z', { ...DAILY, window: '30d' });
    driven.fail(5);
    driven.now = MIDNIGHT + 60_000;
    driven.send(30);
    driven.wait('20h');
    driven.send(3);
    driven.tracker.setTarget(DAILY);
    assert.deepEqual(driven.counts('daily'), [33, 0]);
  });

  it('keeps what a period had counted, also of those before it, for a sliding window', () => {
    const driven = at('2026-01-14T12:00Z');
    driven.send(5);
    driven.now = MIDNIGHT;
    driven.send(30);
    driven.tracker.setTarget({ ...DAILY, window: '1d' });
    assert.deepEqual(driven.counts('daily'), [35, 0]);
  });

  it('keeps exactly what was counted where only the target share changes', () => {
    const driven = at('2026-01-14T12:00Z');
    driven.fail(5);
    driven.now = MIDNIGHT + 7_000;
    driven.fail(1);
    driven.send(29);
    driven.tracker.setTarget({ ...DAILY, target: 0.99 });
    assert.deepEqual(driven.counts('daily'), [29, 1]);
    assert.deepEqual([driven.objective('daily').status, driven.turns.length], ['breached', 3]);
    driven.now = MIDNIGHT - 1;
    assert.deepEqual(driven.counts('daily'), [29, 6]);
  });

  it('keeps what it can tell of another period', () => {
    const driven = at('2026-01-14T22:00Z');
    driven.send(5);
    driven.now = MIDNIGHT + 3 * HOUR;
    driven.send(7);
    driven.tracker.setTarget({ ...DAILY, window: { every: '1d' } });
    assert.deepEqual(driven.counts('daily'), [7, 0]);
    driven.tracker.setTarget({ ...DAILY, window: { every: '1M' } });
    assert.deepEqual(driven.counts('daily'), [12, 0]);
  });
});
