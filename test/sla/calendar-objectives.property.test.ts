import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { CalendarWindow } from '../../src/sla/objective.ts';
import { resolveCalendarWindow } from '../../src/sla/calendar-window.ts';
import { slotOf } from '../../src/sla/slots.ts';
import type { Calendar } from '../../src/time/calendar.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Shortly before the clocks go forward in Europe. */
const MARCH = Date.UTC(2026, 2, 27);

const WINDOWS: Record<string, CalendarWindow> = {
  daily: { every: '1d', timeZone: 'Europe/Berlin' },
  nightly: { every: '1d', timeZone: 'Europe/Berlin', startTime: '2026-01-01 02:30:00' },
  weekly: { every: '1w', timeZone: 'Asia/Kolkata' },
  monthly: { every: '1M', startTime: '2026-01-31 12:00:05' },
};

const event = fc.record({
  kind: fc.constant('event' as const),
  success: fc.boolean(),
  agoMillis: fc.oneof(fc.constant(0), fc.nat({ max: 10_000 }), fc.nat({ max: 30 * HOUR })),
});
const move = fc.record({
  kind: fc.constant('move' as const),
  millis: fc.oneof(
    fc.nat({ max: 20_000 }),
    fc.nat({ max: 8 * HOUR }),
    fc.nat({ max: 3 * DAY }),
    fc.nat({ max: 40 * DAY }),
    fc.integer({ min: -2 * DAY, max: 0 }),
    fc.integer({ min: -30_000, max: 0 }),
  ),
});
const look = fc.record({ kind: fc.constant('look' as const) });
const steps = fc.array(fc.oneof({ weight: 5, arbitrary: event }, { weight: 3, arbitrary: move }, look), {
  maxLength: 40,
});

interface Counted {
  atMillis: number;
  good: boolean;
}

/**
 * Every event there was, in one list. The present period and the latest one before it are remembered; events of others are
 * forgotten. What lies ahead of a clock that was set back counts as now.
 */
class PeriodTwin {
  readonly #calendar: Calendar;
  #events: Counted[] = [];
  #present: number;
  #former: number | undefined;

  constructor(calendar: Calendar, nowMillis: number) {
    this.#calendar = calendar;
    this.#present = calendar.periodAt(nowMillis).startMillis;
  }

  count(counted: Counted): void {
    const period = this.#periodOf(counted.atMillis);
    if (period > this.#present) this.#begin(period);
    if (period === this.#present || period === this.#former) this.#events.push(counted);
  }

  read(nowMillis: number): [good: number, bad: number] {
    const period = this.#periodOf(nowMillis);
    if (period > this.#present) this.#begin(period);
    const present = this.#events.filter(({ atMillis }) => this.#periodOf(atMillis) === this.#present);
    const good = present.filter((each) => each.good).length;
    return [good, present.length - good];
  }

  setBack(nowMillis: number): void {
    for (const each of this.#events) if (slotOf(each.atMillis) > slotOf(nowMillis)) each.atMillis = nowMillis;
    const period = this.#periodOf(nowMillis);
    if (period >= this.#present) return;
    this.#present = period;
    if (this.#former !== undefined && this.#former >= period) this.#former = undefined;
  }

  #begin(period: number): void {
    this.#former = this.#present;
    this.#present = period;
    this.#events = this.#events.filter(({ atMillis }) => this.#periodOf(atMillis) === this.#former);
  }

  #periodOf(atMillis: number): number {
    return this.#calendar.periodAt(atMillis).startMillis;
  }
}

describe('an objective over a period of the calendar', () => {
  for (const [name, window] of Object.entries(WINDOWS)) {
    it(`counts exactly the events that ended in the present one (${name})`, () => {
      fc.assert(
        fc.property(fc.nat({ max: 10 * DAY }), steps, (begin, list) => {
          const driven = new DrivenTracker(
            { objectives: [{ name, service: 'shop', metric: 'availability', target: 0.5, window }] },
            MARCH + begin,
          );
          const { calendar } = resolveCalendarWindow(window);
          const twin = new PeriodTwin(calendar, driven.now);
          for (const step of list) {
            if (step.kind === 'event') {
              const { success, agoMillis } = step;
              const endTimeMillis = driven.now - agoMillis;
              driven.send(1, { success, endTimeMillis });
              twin.count({ atMillis: endTimeMillis, good: success });
            } else if (step.kind === 'move') {
              driven.now += step.millis;
              if (step.millis < 0) {
                driven.tracker.report();
                twin.setBack(driven.now);
              }
            }
            if (step.kind !== 'event') assert.deepEqual(driven.counts(name), twin.read(driven.now));
          }
          assert.deepEqual(driven.counts(name), twin.read(driven.now));
        }),
        { numRuns: 200 },
      );
    });
  }
});
