import assert from 'node:assert/strict';
import type { HrTime } from '@opentelemetry/api';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { ReadableSpan } from '../../src/sla/span.ts';
import { hrTime, NOW, span } from '../support/spans.ts';
import { talliesOf, verdictOn } from '../support/verdict.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

function lasting(duration: HrTime): ReadableSpan {
  return { ...span(), duration };
}

function ending(endTime: HrTime): ReadableSpan {
  return { ...span(), endTime };
}

const DURATIONS: readonly (readonly [fact: string, duration: HrTime, outcome: string])[] = [
  ['nothing at all', [0, 0], 'success'],
  ['a nanosecond', [0, 1], 'success'],
  ['exactly the greatest duration', [3600, 0], 'success'],
  ['a nanosecond over the greatest duration', [3600, 1_000], 'invalid'],
  ['less than nothing', [-1, 0], 'invalid'],
  ['less than nothing by its nanoseconds', [0, -1], 'invalid'],
  ['NaN seconds', [NaN, 0], 'invalid'],
  ['NaN nanoseconds', [0, NaN], 'invalid'],
  ['for ever', [Infinity, 0], 'invalid'],
  ['for ever, by its nanoseconds', [0, Infinity], 'invalid'],
  ['minus infinity', [-Infinity, 0], 'invalid'],
];

const ENDS: readonly (readonly [fact: string, end: HrTime, outcome: string])[] = [
  ['now', hrTime(NOW), 'success'],
  ['a second ago', hrTime(NOW - SECOND), 'success'],
  ['29 days ago', hrTime(NOW - 29 * DAY), 'success'],
  ['31 days ago', hrTime(NOW - 31 * DAY), 'late'],
  ['at the epoch', [0, 0], 'late'],
  ['a minute ahead', hrTime(NOW + 60 * SECOND), 'success'],
  ['a year ahead', hrTime(NOW + 365 * DAY), 'success'],
  ['before the epoch', [-1, 0], 'invalid'],
  ['at no time', [NaN, 0], 'invalid'],
  ['at no nanosecond', [0, NaN], 'invalid'],
  ['at the end of time', [Infinity, 0], 'invalid'],
];

describe("a span's time", () => {
  for (const [fact, duration, outcome] of DURATIONS) {
    it(`is ${outcome} for a span that lasted ${fact}`, () => {
      assert.equal(verdictOn(lasting(duration)).outcome, outcome);
    });
  }

  for (const [fact, end, outcome] of ENDS) {
    it(`is ${outcome} for a span that ended ${fact}`, () => {
      assert.equal(verdictOn(ending(end)).outcome, outcome);
    });
  }

  it('is read from both parts of the duration', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    processor.onEnd(lasting([2, 345_678_900]));
    assert.equal(processor.tracker.report().services[0]?.responseTimeMillis?.max, 2345.6789);
    assert.equal(processor.tracker.report().services[0]?.responseTimeMillis?.mean, 2345.6789);
  });

  it('is read from both parts of the end', () => {
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      objectives: [{ metric: 'availability', target: 0.9, window: '5s', minEvents: 1 }],
    });
    // The slot of five seconds began 2.5 s ago; a millisecond decides.
    processor.onEnd(ending([Math.trunc(NOW / 1000) - 2, 0]));
    processor.onEnd(ending([Math.trunc(NOW / 1000) - 3, 999_000_000]));
    const [objective] = processor.tracker.report().services[0]?.objectives ?? [];
    assert.equal(objective?.good, 1);
  });

  it('is held to a greatest duration that can be set', () => {
    assert.equal(verdictOn(lasting([2, 0]), { maxDuration: '2s' }).outcome, 'success');
    assert.equal(verdictOn(lasting([2, 1_000_000]), { maxDuration: '2s' }).outcome, 'invalid');
    assert.equal(verdictOn(lasting([7200, 0]), { maxDuration: '3h' }).outcome, 'success');
  });

  it('counts now what ended in the future', () => {
    const processor = new SlaSpanProcessor({
      clock: () => NOW,
      objectives: [{ metric: 'availability', target: 0.9, window: '5s', minEvents: 1 }],
    });
    processor.onEnd(ending(hrTime(NOW + HOUR)));
    const [report] = processor.tracker.report().services;
    assert.equal(report?.objectives[0]?.good, 1);
    assert.deepEqual(talliesOf(processor.tracker), {
      counted: 1,
      ignored: 0,
      overflow: 0,
      late: 0,
      invalid: 0,
      failed: 0,
    });
  });

  it('reaches back as far as the longest window', () => {
    const objectives = [{ metric: 'availability', target: 0.9, window: '90d' } as const];
    assert.equal(verdictOn(ending(hrTime(NOW - 80 * DAY)), { objectives }).outcome, 'success');
    assert.equal(verdictOn(ending(hrTime(NOW - 100 * DAY)), { objectives }).outcome, 'late');
  });

  it('is failed where it is of no form a time has', () => {
    for (const time of [undefined, null, [1n, 2n], [Symbol('s'), 0]]) {
      const strange = { ...span(), endTime: time } as unknown as ReadableSpan;
      assert.equal(verdictOn(strange).outcome, 'failed');
    }
  });
});
