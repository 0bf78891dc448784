import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CallOrder, type Place } from '../../src/instrumentation/clients/call-order.ts';

describe('the order of calls', () => {
  it('sends at once where nobody is in front', () => {
    const order = new CallOrder();
    const sent: number[] = [];
    assert.equal(order.isFree, true);
    order.join().ready(() => sent.push(1));
    assert.deepEqual([sent, order.isFree], [[1], true]);
  });

  it('lets calls be made by those that are sent', () => {
    const order = new CallOrder();
    const sent: number[] = [];
    const [first, second] = [order.join(), order.join()];
    second.ready(() => sent.push(2));
    first.ready(() => {
      sent.push(1);
      order.join().ready(() => sent.push(3));
    });
    assert.deepEqual([sent, order.isFree], [[1, 2, 3], true]);
  });

  it('is that in which calls were made, without those that left, whenever each was decided', () => {
    const step = fc.record({ kind: fc.constantFrom('join', 'ready', 'leave'), which: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const order = new CallOrder();
        const places: Place[] = [];
        const decided = new Map<number, 'ready' | 'leave'>();
        const sent: number[] = [];
        for (const { kind, which } of steps) {
          if (kind === 'join') {
            places.push(order.join());
            continue;
          }
          const place = places[which];
          if (place === undefined) continue;
          // Only the first decision counts.
          if (!decided.has(which)) decided.set(which, kind);
          if (kind === 'ready') place.ready(() => sent.push(which));
          else place.leave();
          const undecided = places.findIndex((_place, index) => !decided.has(index));
          const passed = [...places.keys()].slice(0, undecided < 0 ? places.length : undecided);
          assert.deepEqual(
            sent,
            passed.filter((index) => decided.get(index) === 'ready'),
          );
        }
        const open = [...places.keys()].filter((index) => decided.get(index) !== 'leave' && !sent.includes(index));
        assert.equal(order.isFree, open.length === 0);
      }),
    );
  });
});
