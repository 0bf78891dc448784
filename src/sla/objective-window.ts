import type { Counts, TieredCounts } from '../stats/tiered-counts.ts';
import type { Period } from '../time/calendar.ts';
import { exhaustedInMillis } from './burn-rate.ts';
import type { Coverage } from './coverage.ts';
import { slotOf, slotsIn } from './slots.ts';

/** Good and bad events of a window, and the first base slot in it. Events of that slot or later are added by whoever counts. */
export interface WindowTotals extends Counts {
  from: number;
}

/** What was counted in a period of a calendar. */
export interface SavedPeriod extends Period {
  readonly good: number;
  readonly bad: number;
}

/** The time over which an objective is judged, and the events in it. */
export interface ObjectiveWindow {
  /** As of the latest moment that was settled, and what was counted since. The same object for ever. */
  readonly totals: WindowTotals;
  /** The present period; `undefined` for a window that slides. */
  readonly period: Period | undefined;
  /** Brings the totals to a moment. Gives when the window had begun anew, if it has since it was last settled. */
  settle(nowMillis: number): number | undefined;
  /** Before it is settled to a moment that may be earlier: what lies ahead counts as now. */
  setBack(nowMillis: number): void;
  /** Takes note of events that the totals may not hold: before the window, or after the slot that it was settled to. */
  add(slot: number, good: number, bad: number): void;
  /** Whether it holds nothing now. */
  isEmpty(nowMillis: number): boolean;
  /** How much of it was observed, 0..1. */
  coverageRatio(coverage: Coverage, nowMillis: number): number;
  /** When the rest of the budget is spent at the last hour's rate; `null` when it is not, 0 when nothing remains. */
  exhaustedInMillis(
    remaining: number | null,
    hourlyRate: number | null,
    coverage: Coverage,
    nowMillis: number,
  ): number | null;
  /** What the rings do not hold. */
  save(): readonly SavedPeriod[] | undefined;
  /** Adds what was saved, when the rings have. Gives when the window that was saved was over, if it was. */
  restore(saved: readonly SavedPeriod[] | undefined, nowMillis: number): number | undefined;
}

/** A window that ends now, of the same length at all times; the rings hold all of it. */
export class SlidingWindow implements ObjectiveWindow {
  readonly totals: WindowTotals = { from: 0, good: 0, bad: 0 };
  readonly period = undefined;
  readonly #millis: number;
  readonly #slots: number;
  readonly #counts: TieredCounts;

  constructor(windowMillis: number, counts: TieredCounts) {
    this.#millis = windowMillis;
    this.#slots = slotsIn(windowMillis);
    this.#counts = counts;
  }

  settle(nowMillis: number): undefined {
    const slot = slotOf(nowMillis);
    const { good, bad } = this.#counts.read(this.#slots, slot);
    this.totals.from = slot - this.#slots + 1;
    this.totals.good = good;
    this.totals.bad = bad;
  }

  setBack(): void {}

  add(): void {}

  isEmpty(nowMillis: number): boolean {
    this.settle(nowMillis);
    return this.totals.good + this.totals.bad === 0;
  }

  coverageRatio(coverage: Coverage, nowMillis: number): number {
    return coverage.ratio(this.#millis, nowMillis);
  }

  exhaustedInMillis(remaining: number | null, hourlyRate: number | null): number | null {
    return exhaustedInMillis(remaining, this.#millis, hourlyRate);
  }

  save(): undefined {}

  restore(): undefined {}
}
