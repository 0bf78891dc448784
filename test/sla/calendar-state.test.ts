import assert from 'node:assert/strict';
import type { Objective } from '../../src/sla/objective.ts';
import { onTurnOf } from '../../src/sla/tracker.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const MINUTE = 60_000;
/** Midnight in Berlin. */
const MIDNIGHT = Date.parse('2026-01-14T23:00Z');
const DAILY: Objective = {
  name: 'daily',
  service: 'shop',
  metric: 'availability',
  target: 0.9,
  window: { every: '1d', timeZone: 'Europe/Berlin' },
};

/** A process at a moment around midnight, with what it is told, and what it restored. */
function processAt(now: number, saved?: string, objective = DAILY): DrivenTracker & { turns: string[] } {
  const driven = new DrivenTracker({ objectives: [objective] }, now);
  const turns: string[] = [];
  onTurnOf(driven.tracker, (turn, _, { endedAt }) => turns.push(`${turn} ${endedAt}`));
  if (saved !== undefined) assert.equal(driven.tracker.restoreState(saved).restored, true);
  return Object.assign(driven, { turns });
}

/** An hour before midnight: seven good requests and three bad ones. */
function before(objective = DAILY): string {
  const driven = processAt(MIDNIGHT - 60 * MINUTE, undefined, objective);
  driven.send(7);
  driven.fail(3);
  return driven.tracker.saveState();
}

describe('a state that was saved in a period of the calendar', () => {
  it('goes on in that period, count by count', () => {
    const driven = processAt(MIDNIGHT - 1, before());
    driven.send(1);
    assert.deepEqual(driven.counts('daily'), [8, 3]);
    assert.deepEqual([driven.objective('daily').status, driven.turns], ['breached', []]);
  });

  it('is history in the next one, with an episode that ended with its own', () => {
    const driven = processAt(MIDNIGHT, before());
    assert.deepEqual(driven.turns, ['recovered 2026-01-14T23:00:00.000Z']);
    const { good, bad, status, violations, burnRates } = driven.objective('daily');
    assert.deepEqual([good, bad, status, violations.length], [0, 0, 'no_data', 1]);
    assert.equal(Math.round(burnRates['2h']! * 10), 30);
  });

  it('adds to what the new process has counted already', () => {
    const driven = processAt(MIDNIGHT - MINUTE);
    driven.fail(2);
    driven.tracker.restoreState(before());
    assert.deepEqual(driven.counts('daily'), [7, 5]);
    driven.wait('1m');
    assert.deepEqual(driven.counts('daily'), [0, 0]);
  });

  it('leaves an episode of the new period as it is', () => {
    const driven = processAt(MIDNIGHT);
    driven.fail(2);
    driven.tracker.restoreState(before());
    const { status, violations } = driven.objective('daily');
    assert.deepEqual(
      [status, violations.map(({ endedAt }) => endedAt)],
      ['breached', [null, '2026-01-14T23:00:00.000Z']],
    );
    assert.deepEqual(driven.turns, ['breach null', 'recovered 2026-01-14T23:00:00.000Z']);
  });

  it('is remembered for a clock that is set back', () => {
    const driven = processAt(MIDNIGHT + MINUTE, before());
    driven.send(4);
    driven.now = MIDNIGHT - MINUTE;
    assert.deepEqual(driven.counts('daily'), [11, 3]);
  });

  it('counts as now where it was saved ahead of the clock', () => {
    const driven = processAt(MIDNIGHT - 120 * MINUTE - 24 * 60 * MINUTE, before());
    assert.deepEqual(driven.counts('daily'), [7, 3]);
  });

  it('is told of as it was where its objective has another calendar now, as far as its slots tell', () => {
    const utc = { ...DAILY, window: { every: '1d' } };
    assert.deepEqual(processAt(MIDNIGHT + MINUTE, before(), utc).counts('daily'), [7, 3]);
    const atNight = { ...DAILY, window: { every: '1d', startTime: '1970-01-01 22:30:00' } };
    assert.deepEqual(processAt(MIDNIGHT + MINUTE, before(), atNight).counts('daily'), [0, 0]);
  });
});

describe('a state that knows no calendar', () => {
  const sliding: Objective = { ...DAILY, window: '30d' };

  it('gives a period what its slots tell', () => {
    const driven = processAt(MIDNIGHT - MINUTE, before(sliding));
    assert.deepEqual([driven.counts('daily'), driven.objective('daily').status], [[7, 3], 'breached']);
    assert.deepEqual(processAt(MIDNIGHT, before(sliding)).counts('daily'), [0, 0]);
  });

  it('is what a window that slides goes on with', () => {
    assert.deepEqual(processAt(MIDNIGHT, before(), sliding).counts('daily'), [7, 3]);
  });
});
