import assert from 'node:assert/strict';
import { burnPairs } from '../../src/sla/burn-rate.ts';
import { nextStatus, type SlaStatus, type Standing, worstStatus } from '../../src/sla/status.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const { pairs } = burnPairs(30 * DAY, 0.001);

/** A standing with enough events and most of the budget in hand, which burns in no window but the given ones. */
function standing(parts: Partial<Standing> = {}, rates: Record<number, number | null> = {}): Standing {
  const burnRate = (millis: number): number | null => (millis in rates ? rates[millis]! : 0);
  return { events: 1_000, minEvents: 10, remainingRatio: 0.9, pairs, burnRate, ...parts };
}

describe('the status of an objective', () => {
  it('is no_data without events, whatever it was', () => {
    for (const previous of ['no_data', 'met', 'at_risk', 'breached'] as const)
      assert.equal(nextStatus(previous, false, standing({ events: 0, remainingRatio: null })), 'no_data');
  });

  it('is no_data, neither met nor breached, under the least number of events', () => {
    for (const remainingRatio of [1, 0, -5])
      assert.equal(nextStatus('met', false, standing({ events: 9, remainingRatio })), 'no_data');
    assert.equal(nextStatus('met', false, standing({ events: 10, remainingRatio: 1 })), 'met');
    assert.equal(nextStatus('met', false, standing({ events: 10, remainingRatio: -1 })), 'breached');
  });

  it('is met to the last event of the budget, and breached from the next', () => {
    assert.equal(nextStatus('met', false, standing({ remainingRatio: 0 })), 'met');
    assert.equal(nextStatus('met', false, standing({ remainingRatio: -1e-15 })), 'met');
    assert.equal(nextStatus('met', false, standing({ remainingRatio: -1e-6 })), 'breached');
  });

  it('is breached, not at risk, where both are true', () => {
    const rates = { [HOUR]: 100, [5 * MINUTE]: 100 };
    assert.equal(nextStatus('met', false, standing({ remainingRatio: -1 }, rates)), 'breached');
  });

  for (const [long, short, factor] of [
    [HOUR, 5 * MINUTE, 14.4],
    [6 * HOUR, 30 * MINUTE, 6],
    [DAY, 2 * HOUR, 3],
    [3 * DAY, 6 * HOUR, 1],
  ] as const) {
    const name = `${long / HOUR} h and ${short / MINUTE} m`;
    const at = (ofLong: number | null, ofShort: number | null, previous: SlaStatus = 'met'): SlaStatus =>
      nextStatus(previous, false, standing({}, { [long]: ofLong, [short]: ofShort }));

    it(`is at risk where ${name} both burn faster than ${factor}`, () => {
      assert.equal(at(factor * 1.01, factor * 1.01), 'at_risk');
      assert.equal(at(factor * 1.01, factor * 50), 'at_risk');
    });

    it(`is met where only one of ${name} does, or both burn at ${factor} exactly`, () => {
      assert.equal(at(factor * 50, factor * 0.99), 'met');
      assert.equal(at(factor * 0.99, factor * 50), 'met');
      assert.equal(at(factor, factor), 'met');
      assert.equal(at(factor * 50, null), 'met');
    });

    it(`stays at risk until one of ${name} burns no faster than nine tenths of ${factor}`, () => {
      assert.equal(at(factor * 0.91, factor * 0.91, 'at_risk'), 'at_risk');
      assert.equal(at(factor * 0.91, factor * 0.89, 'at_risk'), 'met');
      assert.equal(at(factor * 0.89, factor * 50, 'at_risk'), 'met');
    });
  }

  it('is at risk by no pair that was left out', () => {
    const rates = { [HOUR]: 100, [5 * MINUTE]: 100 };
    assert.equal(nextStatus('met', false, standing({ pairs: pairs.slice(1) }, rates)), 'met');
  });

  it('after a breach is at risk until a twentieth of the budget is back', () => {
    for (const previous of ['breached', 'at_risk', 'no_data'] as const) {
      assert.equal(nextStatus(previous, true, standing({ remainingRatio: -0.001 })), 'breached');
      assert.equal(nextStatus(previous, true, standing({ remainingRatio: 0 })), 'at_risk');
      assert.equal(nextStatus(previous, true, standing({ remainingRatio: 0.049 })), 'at_risk');
      assert.equal(nextStatus(previous, true, standing({ remainingRatio: 0.05 })), 'met');
    }
  });

  it('without a breach is met with less than a twentieth of the budget in hand', () => {
    assert.equal(nextStatus('met', false, standing({ remainingRatio: 0.001 })), 'met');
  });
});

describe('the worst of several statuses', () => {
  it('is breached before at_risk before met', () => {
    assert.equal(worstStatus(['met', 'breached', 'at_risk', 'no_data']), 'breached');
    assert.equal(worstStatus(['no_data', 'at_risk', 'met']), 'at_risk');
    assert.equal(worstStatus(['met', 'no_data']), 'met');
  });

  it('is no_data only where nothing else is known', () => {
    assert.equal(worstStatus(['no_data', 'no_data']), 'no_data');
    assert.equal(worstStatus([]), 'no_data');
  });
});
