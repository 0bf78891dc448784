import assert from 'node:assert/strict';
import { bucketOf } from '../../src/stats/log-linear.ts';
import { RecentHistogram, summarise } from '../../src/stats/recent-histogram.ts';

const PERIOD = 60;

function add(histogram: RecentHistogram, slot: number, ...values: number[]): void {
  for (const value of values) histogram.add(slot, bucketOf(value), Float64Array.of(value), 0);
}

function filled(slot: number, ...values: number[]): RecentHistogram {
  const histogram = new RecentHistogram(PERIOD);
  add(histogram, slot, ...values);
  return histogram;
}

function countAt(histogram: RecentHistogram, slot: number): number {
  return histogram.read(slot)?.count ?? 0;
}

describe('a recent histogram', () => {
  it('is nothing, not zero, before the first value', () => {
    assert.equal(new RecentHistogram(PERIOD).read(0), undefined);
    assert.equal(new RecentHistogram(PERIOD).read(1_000_000), undefined);
    assert.equal(summarise([], 5), undefined);
  });

  it('knows count, mean and greatest value exactly', () => {
    const seen = filled(600, 1, 2, 6).read(600);
    assert.deepEqual([seen?.count, seen?.mean, seen?.max], [3, 3, 6]);
  });

  it('gives a quantile by nearest rank, within 1.6 % and never over the greatest value', () => {
    const seen = filled(600, ...Array.from({ length: 1_000 }, (_, index) => index + 1)).read(600);
    for (const [ratio, value] of [
      [0, 1],
      [0.001, 1],
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
      [1, 1_000],
    ] as const) {
      const quantile = seen?.quantile(ratio) ?? 0;
      assert.ok(Math.abs(quantile - value) <= value / 64, `${ratio}: ${quantile} for ${value}`);
    }
    assert.ok((seen?.quantile(1) ?? Infinity) <= 1_000);
    assert.equal(filled(600, 0, 0, 0).read(600)?.quantile(0.99), 0);
  });

  it('covers one period to two: the half that fills and the one before it', () => {
    const first = 10 * PERIOD;
    const histogram = filled(first, 7);
    add(histogram, first + PERIOD - 1, 7);
    const slots = [first, first + PERIOD - 1, first + PERIOD, first + 2 * PERIOD - 1, first + 2 * PERIOD];
    assert.deepEqual(
      slots.map((slot) => countAt(histogram, slot)),
      [2, 2, 2, 2, 0],
    );
  });

  it('forgets everything over an idle time, however long', () => {
    for (const gap of [2 * PERIOD, 3 * PERIOD, 1_000_000 * PERIOD]) {
      const histogram = filled(600, 5);
      add(histogram, 600 + gap, 9);
      assert.equal(countAt(histogram, 600 + gap), 1, `${gap}`);
      assert.equal(histogram.read(600 + gap)?.max, 9);
    }
  });

  it('counts what comes late into the half it belongs to, and before that nowhere', () => {
    const now = 20 * PERIOD;
    const histogram = filled(now, 1);
    add(histogram, now - 1, 2);
    add(histogram, now - PERIOD, 3);
    add(histogram, now - PERIOD - 1, 4);
    assert.equal(countAt(histogram, now), 3);
    assert.equal(countAt(histogram, now + PERIOD), 1);
  });

  it('counts as now what lies ahead after the clock was set back', () => {
    const histogram = filled(10 * PERIOD, 1);
    add(histogram, 11 * PERIOD, 2);
    histogram.settle(5 * PERIOD);
    assert.equal(countAt(histogram, 5 * PERIOD), 2);
    add(histogram, 5 * PERIOD, 3);
    assert.equal(countAt(histogram, 5 * PERIOD), 3);
    assert.equal(countAt(histogram, 6 * PERIOD), 2);
    assert.equal(countAt(histogram, 7 * PERIOD), 0);
  });

  it('is not moved by a settling that lies ahead of it', () => {
    const histogram = filled(10 * PERIOD, 1);
    histogram.settle(100 * PERIOD);
    assert.equal(countAt(histogram, 10 * PERIOD), 1);
    assert.equal(countAt(histogram, 100 * PERIOD), 0);
  });

  it('holds the same bytes however much it has seen', () => {
    const histogram = new RecentHistogram(PERIOD);
    const { bytes } = histogram;
    for (let slot = 0; slot < 500; slot++) add(histogram, slot, slot);
    assert.equal(histogram.bytes, bytes);
  });
});

describe('several recent histograms read as one', () => {
  it('add up, and leave out what is no longer recent', () => {
    const [a, b, old] = [filled(600, 1, 2), filled(600, 9), filled(60, 1_000)];
    const seen = summarise([a, b, old], 600);
    assert.deepEqual([seen?.count, seen?.mean, seen?.max], [3, 4, 9]);
  });

  it('stay as they are', () => {
    const [a, b] = [filled(600, 1), filled(600, 2)];
    summarise([a, b], 600);
    assert.deepEqual([countAt(a, 600), countAt(b, 600)], [1, 1]);
  });
});
