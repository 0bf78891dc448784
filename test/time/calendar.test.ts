import assert from 'node:assert/strict';
import { Calendar, parseCalendarStep, parseLocalTime } from '../../src/time/calendar.ts';

const UTC = { timeZone: 'UTC', startTime: '1970-01-01' };

/** The beginnings of the periods from the one that holds `from` on. */
function beginnings(
  count: number,
  calendar: { every: string; from: string; timeZone?: string; startTime?: string },
): string[] {
  const { every, from, timeZone, startTime } = { ...UTC, ...calendar };
  const [step, startMillis] = [parseCalendarStep(every)!, parseLocalTime(startTime)!];
  const periods = new Calendar({ step, startMillis, timeZone });
  let at = Date.parse(from);
  return Array.from({ length: count }, () => {
    const { startMillis: beginning, endMillis } = periods.periodAt(at);
    at = endMillis;
    return new Date(beginning).toISOString().slice(0, 19);
  });
}

describe('calendar periods', () => {
  it('are months, quarters and years, leap years included', () => {
    assert.deepEqual(beginnings(3, { every: '1M', from: '2028-02-29T23:59:59Z' }), [
      '2028-02-01T00:00:00',
      '2028-03-01T00:00:00',
      '2028-04-01T00:00:00',
    ]);
    assert.deepEqual(beginnings(2, { every: '1Q', from: '2026-05-17T00:00Z' }), [
      '2026-04-01T00:00:00',
      '2026-07-01T00:00:00',
    ]);
    assert.deepEqual(beginnings(2, { every: '1Y', from: '2026-05-17T00:00Z' }), [
      '2026-01-01T00:00:00',
      '2027-01-01T00:00:00',
    ]);
  });

  it('are weeks from the weekday on which they start', () => {
    const monday = { every: '1w', from: '2026-01-15T12:00Z', startTime: '1970-01-05' };
    assert.deepEqual(beginnings(2, monday), ['2026-01-12T00:00:00', '2026-01-19T00:00:00']);
    const sunday = { ...monday, startTime: '2026-02-01' };
    assert.deepEqual(beginnings(2, sunday), ['2026-01-11T00:00:00', '2026-01-18T00:00:00']);
  });

  it('begin at the last day of months that have no 31st, and at the 31st again', () => {
    assert.deepEqual(beginnings(4, { every: '1M', from: '2027-12-31T06:00Z', startTime: '2026-01-31 06:00:00' }), [
      '2027-12-31T06:00:00',
      '2028-01-31T06:00:00',
      '2028-02-29T06:00:00',
      '2028-03-31T06:00:00',
    ]);
  });

  it('begin on February 28 for a year that started on February 29', () => {
    assert.deepEqual(beginnings(3, { every: '1Y', from: '2027-01-01T00:00Z', startTime: '2024-02-29' }), [
      '2026-02-28T00:00:00',
      '2027-02-28T00:00:00',
      '2028-02-29T00:00:00',
    ]);
  });

  it('begin at local midnight, in summer and winter', () => {
    assert.deepEqual(beginnings(3, { every: '1d', from: '2026-03-28T12:00Z', timeZone: 'Europe/Berlin' }), [
      '2026-03-27T23:00:00',
      '2026-03-28T23:00:00',
      '2026-03-29T22:00:00',
    ]);
    assert.deepEqual(beginnings(2, { every: '1M', from: '2026-10-31T12:00Z', timeZone: 'Asia/Kolkata' }), [
      '2026-09-30T18:30:00',
      '2026-10-31T18:30:00',
    ]);
  });

  it('begin at the end of the gap where the clocks are put forward over their beginning', () => {
    const calendar = { every: '1d', timeZone: 'Europe/Berlin', startTime: '2026-01-01 02:30:00' };
    assert.deepEqual(beginnings(3, { ...calendar, from: '2026-03-28T12:00Z' }), [
      '2026-03-28T01:30:00',
      '2026-03-29T01:00:00',
      '2026-03-30T00:30:00',
    ]);
  });

  it('begin the first time where the clocks show their beginning twice', () => {
    const calendar = { every: '1d', timeZone: 'Europe/Berlin', startTime: '2026-01-01 02:30:00' };
    assert.deepEqual(beginnings(3, { ...calendar, from: '2026-10-24T12:00Z' }), [
      '2026-10-24T00:30:00',
      '2026-10-25T00:30:00',
      '2026-10-26T01:30:00',
    ]);
  });

  it('leave out the day that Samoa left out', () => {
    assert.deepEqual(beginnings(3, { every: '1d', timeZone: 'Pacific/Apia', from: '2011-12-29T12:00Z' }), [
      '2011-12-29T10:00:00',
      '2011-12-30T10:00:00',
      '2011-12-31T10:00:00',
    ]);
  });

  it('reach back before the one that they start with', () => {
    assert.deepEqual(beginnings(2, { every: '2M', from: '2025-12-15T00:00Z', startTime: '2026-04-15' }), [
      '2025-12-15T00:00:00',
      '2026-02-15T00:00:00',
    ]);
  });
});

describe('a local time', () => {
  for (const [text, iso] of [
    ['2020-01-21 12:30:05', '2020-01-21T12:30:05.000Z'],
    ['2020-01-21T12:30:00', '2020-01-21T12:30:00.000Z'],
    ['2020-01-21 12:30', '2020-01-21T12:30:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ] as const) {
    it(`is read from '${text}'`, () => {
      assert.equal(new Date(parseLocalTime(text)!).toISOString(), iso);
    });
  }

  for (const text of [
    '',
    '2023-02-29',
    '2024-02-30 12:00:00',
    '2024-13-01',
    '2024-00-10',
    '2024-01-01 24:00:00',
    '2024-01-01 12:60',
    '2024-01-01 12:00:00Z',
    '2024-01-01T12:00:00+01:00',
    '2024-01-01 12',
    ' 2024-01-01',
    '0099-01-01',
    20_240_101,
    new Date(0),
    undefined,
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(parseLocalTime(text), undefined);
    });
  }
});
