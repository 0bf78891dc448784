import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Waiter, WaitQueue } from '../../src/bulkhead/wait-queue.ts';

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('push' as const), by: fc.integer({ min: -2, max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('shift' as const), by: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), by: fc.nat({ max: 30 }) }) },
);

describe('a wait queue, beside a sorted list', () => {
  it('serves the higher priority first and the longest waiting within it, whoever leaves', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = new WaitQueue();
        let list: Waiter[] = [];
        const known: Waiter[] = [];
        for (const { kind, by } of steps) {
          if (kind === 'push') {
            const waiter = new Waiter(by);
            queue.push(waiter);
            known.push(waiter);
            list = [...list, waiter].toSorted((a, b) => b.priority - a.priority);
          } else if (kind === 'shift') {
            assert.equal(queue.shift(), list.shift());
          } else if (known.length > 0) {
            const waiter = known[by % known.length]!;
            assert.equal(queue.remove(waiter), list.includes(waiter));
            list = list.filter((each) => each !== waiter);
          }
          assert.equal(queue.size, list.length);
        }
        while (list.length > 0) assert.equal(queue.shift(), list.shift());
        assert.equal(queue.shift(), undefined);
      }),
    );
  });
});
