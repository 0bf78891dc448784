import type { TieredCounts } from '../stats/tiered-counts.ts';
import type { Calendar, Period } from '../time/calendar.ts';
import { exhaustedInPeriodMillis } from './burn-rate.ts';
import type { Coverage } from './coverage.ts';
import type { ObjectiveWindow, SavedPeriod, WindowTotals } from './objective-window.ts';
import { slotOf, startOf } from './slots.ts';

/**
 * A window that is the present period of a calendar. It holds exactly the events that ended in the period, and begins with
 * none. The period before it is remembered, for a clock may be set back: what lies ahead then counts as now.
 */
export class CalendarPeriods implements ObjectiveWindow {
  readonly totals: WindowTotals;
  readonly #calendar: Calendar;
  readonly #counts: TieredCounts;
  #period: Period;
  #former: SavedPeriod | undefined;
  /** When the first period ended that ended since the last time that anybody asked. */
  #endedMillis: number | undefined;

  /** @param counts - stand in where a period's own counts are not known, as far as their slots tell it from others. */
  constructor(calendar: Calendar, counts: TieredCounts, nowMillis: number) {
    this.#calendar = calendar;
    this.#counts = counts;
    this.#period = calendar.periodAt(nowMillis);
    this.totals = { from: slotOf(this.#period.startMillis), good: 0, bad: 0 };
  }

  get period(): Period {
    return this.#period;
  }

  settle(nowMillis: number): number | undefined {
    if (nowMillis >= this.#period.endMillis) this.#turn(nowMillis);
    const ended = this.#endedMillis;
    this.#endedMillis = undefined;
    return ended;
  }

  setBack(nowMillis: number): void {
    if (nowMillis >= this.#period.startMillis) return;
    this.#endedMillis = undefined;
    const { startMillis, endMillis } = this.#calendar.periodAt(nowMillis);
    const past = (each: SavedPeriod): boolean => each.startMillis < startMillis;
    const ahead = this.save().filter((each) => !past(each));
    this.#take([...ahead.map((each) => ({ ...each, startMillis, endMillis })), ...this.save().filter(past)]);
  }

  add(slot: number, good: number, bad: number): void {
    const atMillis = startOf(slot);
    if (atMillis >= this.#period.endMillis) this.#turn(atMillis);
    const former = this.#former;
    if (slot >= this.totals.from) {
      this.totals.good += good;
      this.totals.bad += bad;
    } else if (former && atMillis >= former.startMillis && atMillis < former.endMillis) {
      this.#former = { ...former, good: former.good + good, bad: former.bad + bad };
    }
  }

  isEmpty(nowMillis: number): boolean {
    return nowMillis >= this.#period.endMillis || this.totals.good + this.totals.bad === 0;
  }

  coverageRatio(coverage: Coverage, nowMillis: number): number {
    const elapsed = nowMillis - this.#period.startMillis;
    return elapsed <= 0 ? 1 : coverage.ratio(elapsed, nowMillis);
  }

  exhaustedInMillis(
    remaining: number | null,
    hourlyRate: number | null,
    coverage: Coverage,
    nowMillis: number,
  ): number | null {
    const { startMillis, endMillis } = this.#period;
    const observedMillis = coverage.observedMillis(nowMillis - startMillis, nowMillis);
    return exhaustedInPeriodMillis(remaining, hourlyRate, { observedMillis, leftMillis: endMillis - nowMillis });
  }

  save(): readonly SavedPeriod[] {
    return [this.#present, ...(this.#former ? [this.#former] : [])];
  }

  restore(saved: readonly SavedPeriod[] | undefined, nowMillis: number): number | undefined {
    const [latest] = saved ?? [];
    if (saved === undefined || latest === undefined || !saved.every((each) => this.#isPeriod(each))) {
      const { good, bad } = this.#counts.since(this.totals.from, slotOf(nowMillis));
      this.totals.good = Math.max(this.totals.good, good);
      this.totals.bad = Math.max(this.totals.bad, bad);
      return undefined;
    }
    const present = this.#period;
    this.#take([...this.save(), ...saved]);
    return latest.startMillis < present.startMillis ? latest.endMillis : undefined;
  }

  get #present(): SavedPeriod {
    const { startMillis, endMillis } = this.#period;
    return { startMillis, endMillis, good: this.totals.good, bad: this.totals.bad };
  }

  #turn(nowMillis: number): void {
    this.#endedMillis ??= this.#period.endMillis;
    const { startMillis, endMillis } = this.#calendar.periodAt(nowMillis);
    this.#take([{ startMillis, endMillis, good: 0, bad: 0 }, ...this.save()]);
  }

  /** Goes on with the latest of some periods, and remembers the one before it. The same ones are added up. */
  #take(periods: readonly SavedPeriod[]): void {
    const byStart = new Map<number, SavedPeriod>();
    for (const each of periods) {
      const { good, bad } = byStart.get(each.startMillis) ?? { good: 0, bad: 0 };
      byStart.set(each.startMillis, { ...each, good: each.good + good, bad: each.bad + bad });
    }
    const [present, former] = [...byStart.values()].toSorted((a, b) => b.startMillis - a.startMillis);
    const { startMillis, endMillis, good, bad } = present!;
    this.#period = { startMillis, endMillis };
    this.#former = former;
    Object.assign(this.totals, { from: slotOf(startMillis), good, bad });
  }

  #isPeriod({ startMillis, endMillis }: Period): boolean {
    const period = this.#calendar.periodAt(startMillis);
    return period.startMillis === startMillis && period.endMillis === endMillis;
  }
}
