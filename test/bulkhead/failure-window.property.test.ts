import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { FailureWindow } from '../../src/bulkhead/failure-window.ts';

/** Remembers every failure; a sixtieth of the window is the finest it tells apart. */
class Twin {
  readonly #bucketMillis: number;
  #failures: number[] = [];
  #latest = -Infinity;

  constructor(windowMillis: number) {
    this.#bucketMillis = windowMillis / 60;
  }

  add(now: number): void {
    this.#failures.push(this.#bucket(now));
  }

  count(now: number): number {
    const bucket = this.#bucket(now);
    return this.#failures.filter((each) => each > bucket - 60).length;
  }

  clear(): void {
    this.#failures = [];
  }

  #bucket(now: number): number {
    this.#latest = Math.max(this.#latest, Math.floor(now / this.#bucketMillis));
    return this.#latest;
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant('add' as const) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
  { weight: 4, arbitrary: fc.oneof(fc.double({ min: -500, max: 2_000, noNaN: true }), fc.nat({ max: 500_000 })) },
);

describe('a failure window, beside a list of every failure', () => {
  it('counts alike over bursts, idle gaps and a clock that is set back', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.constantFrom(60_000, 1_000, 7, 0.5),
        fc.constantFrom(0, -90_000, 1e12),
        (steps, windowMillis, origin) => {
          const window = new FailureWindow(windowMillis);
          const twin = new Twin(windowMillis);
          let now = origin;
          for (const each of steps) {
            if (each === 'clear') [window, twin].forEach((one) => one.clear());
            else if (each === 'add') [window, twin].forEach((one) => one.add(now));
            else now += each;
            assert.equal(window.count(now), twin.count(now));
          }
        },
      ),
    );
  });

  it('never counts a failure after the window, and always for 59/60 of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (at) => {
        const [window, other] = [new FailureWindow(60_000), new FailureWindow(60_000)];
        window.add(at);
        other.add(at);
        assert.equal(window.count(at + 58_999), 1);
        assert.equal(other.count(at + 60_000), 0);
      }),
    );
  });

  it('knows when the oldest failures leave', () => {
    const window = new FailureWindow(60_000);
    assert.equal(window.nextExpiry(), undefined);
    window.add(500);
    window.add(30_000);
    assert.equal(window.nextExpiry(), 60_000);
    assert.equal(window.count(60_000), 1);
    assert.equal(window.nextExpiry(), 90_000);
    assert.equal(window.count(90_000), 0);
  });
});
