import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  Calendar,
  type CalendarStep,
  longestMillis,
  nominalMillis,
  parseCalendarStep,
} from '../../src/time/calendar.ts';
import { CalendarTwin } from '../support/calendar-twin.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST = new Map([
  ['d', 366],
  ['w', 52],
  ['M', 12],
  ['Q', 4],
  ['Y', 1],
]);
const WEEK = 7 * DAY;
/** From when on every zone kept whole minutes. */
const FIRST = Date.UTC(1973, 0);
const LAST = Date.UTC(2037, 0);

const zones = Intl.supportedValuesOf('timeZone');
/** Half-hour zones, half-hour changes, a change at a minute past midnight, a day left out, changes at midnight itself. */
const ODD_ZONES = [
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'Africa/Cairo',
  'America/Havana',
  'Asia/Beirut',
  'America/Sao_Paulo',
  'Europe/Berlin',
  'America/New_York',
  'Africa/Casablanca',
];

const zone = fc.oneof(fc.constantFrom(...ODD_ZONES), fc.constantFrom(...zones));
const step: fc.Arbitrary<CalendarStep> = fc.oneof(
  fc.record({ days: fc.oneof(fc.constantFrom(1, 7), fc.integer({ min: 1, max: 60 })) }),
  fc.record({ months: fc.constantFrom(1, 2, 3, 12) }),
);
const seconds = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min / 1_000, max: max / 1_000 }).map((each) => each * 1_000);
/** Often at an hour of the night in which clocks are changed, or at the end of a month. */
const start = fc.oneof(
  fc
    .constantFrom('01-01T00:00', '01-31T02:30', '02-29T03:00', '12-31T23:45')
    .map((rest) => Date.parse(`2016-${rest}Z`)),
  seconds(FIRST, LAST),
);

/** A moment at which the zone changes its clocks, or any; and a while before or after. */
function momentIn(timeZone: string): fc.Arbitrary<number> {
  const near = (millis: number): fc.Arbitrary<number> => seconds(millis - 30 * HOUR, millis + 30 * HOUR);
  const changes = changesOf(timeZone);
  return changes.length === 0
    ? seconds(FIRST, LAST)
    : fc.oneof(seconds(FIRST, LAST), fc.constantFrom(...changes).chain(near));
}

const known = new Map<string, number[]>();
function changesOf(timeZone: string): number[] {
  const found = known.get(timeZone);
  if (found) return found;
  const wall = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
  const offset = (at: number): string => wall.format(at).replace(/.*GMT/, '');
  const weeks = Array.from({ length: Math.floor((LAST - FIRST) / WEEK) }, (_, index) => FIRST + index * WEEK);
  const changes = weeks
    .filter((week, index) => index > 0 && offset(weeks[index - 1]!) !== offset(week))
    .flatMap((week) => [6, 5, 4, 3, 2, 1, 0].map((days) => week - days * DAY))
    .filter((day) => offset(day - DAY) !== offset(day));
  known.set(timeZone, changes);
  return changes;
}

const cases = fc
  .record({ timeZone: zone, step, startMillis: start })
  .chain((calendar) => fc.record({ calendar: fc.constant(calendar), atMillis: momentIn(calendar.timeZone) }));

describe('a calendar beside the clock on the wall', () => {
  it('finds the same period, in any zone, at any moment', () => {
    fc.assert(
      fc.property(cases, ({ calendar, atMillis }) => {
        assert.deepEqual(new Calendar(calendar).periodAt(atMillis), new CalendarTwin(calendar).periodAt(atMillis));
      }),
      { numRuns: 60 },
    );
  });

  it('finds the same period where days are left out', () => {
    for (const [timeZone, around] of [
      ['Pacific/Apia', '2011-12-30'],
      ['Pacific/Kwajalein', '1993-08-21'],
    ] as const) {
      const days = fc.record({
        startMillis: start,
        atMillis: seconds(Date.parse(around) - 2 * DAY, Date.parse(around) + 3 * DAY),
      });
      fc.assert(
        fc.property(days, ({ startMillis, atMillis }) => {
          const calendar = { timeZone, startMillis, step: { days: 1 } };
          assert.deepEqual(new Calendar(calendar).periodAt(atMillis), new CalendarTwin(calendar).periodAt(atMillis));
        }),
        { numRuns: 20 },
      );
    }
  });

  it('covers time without a gap or an overlap, in periods of about their nominal length', () => {
    fc.assert(
      fc.property(cases, ({ calendar, atMillis }) => {
        const periods = new Calendar(calendar);
        const { startMillis, endMillis } = periods.periodAt(atMillis);
        assert.ok(startMillis <= atMillis && atMillis < endMillis);
        assert.equal(periods.periodAt(endMillis - 1).startMillis, startMillis);
        assert.equal(periods.periodAt(endMillis).startMillis, endMillis);
        assert.equal(periods.periodAt(startMillis - 1).endMillis, startMillis);
        assert.ok(endMillis - startMillis <= longestMillis(calendar.step) + DAY);
        assert.ok(nominalMillis(calendar.step) <= longestMillis(calendar.step));
      }),
      { numRuns: 60 },
    );
  });

  it('gives an answer that does not depend on what was asked before', () => {
    fc.assert(
      fc.property(cases, fc.array(seconds(FIRST, LAST), { maxLength: 5 }), ({ calendar, atMillis }, others) => {
        const periods = new Calendar(calendar);
        for (const other of others) periods.periodAt(other);
        assert.deepEqual(periods.periodAt(atMillis), new Calendar(calendar).periodAt(atMillis));
      }),
    );
  });
});

describe('the length of a calendar period', () => {
  it('is a count and a unit, of 366 days at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.constantFrom('d', 'w', 'M', 'Q', 'Y', 'm', 'h', ''),
        (count, unit) => {
          const most = MOST.get(unit) ?? 0;
          assert.equal(parseCalendarStep(`${count}${unit}`) !== undefined, count > 0 && count <= most);
        },
      ),
    );
  });
});
