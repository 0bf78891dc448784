import { type Counts, TieredCounts } from '../stats/tiered-counts.ts';
import type { Attainment } from './attainment.ts';
import { burnRate, burnRates, remainingRatio } from './burn-rate.ts';
import { CalendarPeriods } from './calendar-periods.ts';
import type { Coverage } from './coverage.ts';
import { Episodes } from './episodes.ts';
import { type ObjectiveWindow, SlidingWindow, type WindowTotals } from './objective-window.ts';
import { DURATION, END, type Reading } from './reading.ts';
import { RatioSlices } from './ratio-slices.ts';
import type { ResolvedObjective } from './resolved-objective.ts';
import type { SavedObjective } from './saved-objective.ts';
import { slicesOf } from './slices.ts';
import { slotOf, slotsIn, startOf, tiersFor } from './slots.ts';
import { nextStatus, ROUNDING, type SlaStatus } from './status.ts';
import { ThroughputSlices } from './throughput-slices.ts';
import { RecentTraces, type SlaViolation, violationOf } from './violation.ts';

/** Told when an episode begins or ends. */
export type OnTurn = (turn: 'breach' | 'recovered', objective: TrackedObjective, violation: SlaViolation) => void;

const HOUR = 3_600_000;

/** An objective as it applies to one service (or one operation of it): its events, its status, its episodes. */
export class TrackedObjective {
  readonly objective: ResolvedObjective;
  /** The name in metrics and reports; tells copies for several operations apart. */
  readonly name: string;
  /** A request is good only up to this duration. Kept here for the hot path. */
  readonly thresholdMillis: number;
  readonly service: string;
  readonly operation: string | undefined;
  readonly coverage: Coverage;
  traces: RecentTraces = new RecentTraces();
  /** When the counters began. */
  sinceMillis: number;
  /** Counted since the process began; counters only grow. */
  good = 0;
  bad = 0;
  violationCount = 0;
  readonly #counts: TieredCounts;
  readonly #slices: ThroughputSlices | RatioSlices | undefined;
  readonly #onTurn: OnTurn;
  readonly #window: ObjectiveWindow;
  /** Those of the window as of the newest slot, at hand so that a breach is seen on the very event. */
  readonly #totals: WindowTotals;
  readonly #episodes = new Episodes();
  #status: SlaStatus = 'no_data';

  constructor(
    objective: ResolvedObjective,
    copy: { name: string; service: string; operation: string | undefined },
    context: { burnWindowsMillis: readonly number[]; nowMillis: number; coverage: Coverage; onTurn: OnTurn },
  ) {
    this.objective = objective;
    this.thresholdMillis = objective.thresholdMillis;
    this.name = copy.name;
    this.service = copy.service;
    this.operation = copy.operation;
    this.coverage = context.coverage;
    this.sinceMillis = context.nowMillis;
    this.#onTurn = context.onTurn;
    const pairs = objective.pairs.flatMap(({ longMillis, shortMillis }) => [longMillis, shortMillis]);
    const windows = [objective.windowMillis, HOUR, ...context.burnWindowsMillis, ...pairs];
    const reachMillis = Math.max(...windows);
    this.#counts = new TieredCounts(tiersFor(reachMillis), windows.map(slotsIn));
    this.#window = objective.calendar
      ? new CalendarPeriods(objective.calendar, this.#counts, context.nowMillis)
      : new SlidingWindow(objective.windowMillis, this.#counts);
    this.#totals = this.#window.totals;
    this.#slices = slicesOf(objective, reachMillis, context.nowMillis);
  }

  get status(): SlaStatus {
    return this.#status;
  }

  /** The latest episodes, newest first. */
  get violations(): readonly SlaViolation[] {
    return this.#episodes.list;
  }

  /** The episode that lasts, if one does. */
  get openViolation(): SlaViolation | undefined {
    return this.#episodes.open;
  }

  /** Bytes held by the windows. */
  get bytes(): number {
    return this.#counts.bytes;
  }

  /** Moves on to a slot: what has left the window is forgotten, and the status follows. */
  reach(slot: number): void {
    if (slot > this.#counts.newest) this.#openSlot(slot);
  }

  /** Whether one more bad event in a slot that was reached begins an episode. */
  wouldBreach(slot: number): boolean {
    const { from, good, bad } = this.#totals;
    return slot >= from && this.openViolation === undefined && this.#overspent(good, bad + 1);
  }

  /** Counts good and bad requests of one slot. */
  count(slot: number, good: number, bad: number): void {
    this.reach(slot);
    this.#counts.add(slot, good, bad);
    this.good += good;
    this.bad += bad;
    const totals = this.#totals;
    if (slot < totals.from) {
      this.#window.add(slot, good, bad);
      return;
    }
    totals.good += good;
    totals.bad += bad;
    if (this.#status !== 'breached' && this.#overspent(totals.good, totals.bad))
      this.evaluate(startOf(this.#counts.newest));
  }

  /** Counts a request towards its slice, and judges the slices before it. */
  countSlice({ success, times, traceId, sampled }: Reading): void {
    const [endMillis, judged] = [times[END]!, this.good + this.bad];
    const good = success && times[DURATION]! <= this.thresholdMillis;
    if (!good && this.#slices instanceof RatioSlices) this.traces.add(traceId, sampled);
    this.#slices?.add(endMillis, good, this.#judgeSlice);
    if (this.good + this.bad !== judged) this.evaluate(endMillis);
  }

  /** Good and bad events in a window that ends now. */
  read(windowMillis: number, nowMillis: number): Counts {
    return this.#counts.read(slotsIn(windowMillis), slotOf(nowMillis));
  }

  /** Whether the window is empty, and nothing has to be told of the one before it. */
  isIdle(nowMillis: number): boolean {
    return this.#window.isEmpty(nowMillis) && (this.#window.period === undefined || this.openViolation === undefined);
  }

  /** Where the objective stands; moves the status on, and tells when that opens or closes an episode. */
  evaluate(nowMillis: number): Attainment {
    this.#slices?.settle(nowMillis, this.#judgeSlice);
    const { budgetRatio } = this.objective;
    const { good, bad } = this.#settle(nowMillis);
    const window = { good, bad };
    const rate = burnRates((millis) => this.read(millis, nowMillis), budgetRatio);
    this.#judge(window, rate, nowMillis);
    const remaining = remainingRatio(window, budgetRatio);
    const events = good + bad;
    return {
      ...window,
      status: this.#status,
      period: this.#window.period,
      attained: events === 0 ? null : good / events,
      remainingRatio: remaining,
      exhaustedInMillis: this.#window.exhaustedInMillis(remaining, rate(HOUR), this.coverage, nowMillis),
      coverageRatio: this.#window.coverageRatio(this.coverage, nowMillis),
      burnRate: rate,
    };
  }

  /** After the clock was set back. */
  setBack(nowMillis: number): void {
    this.#slices?.setBack(nowMillis);
    this.#window.setBack(nowMillis);
    this.#settle(nowMillis);
  }

  save(): SavedObjective {
    const slice = this.#slices instanceof RatioSlices ? this.#slices.save() : undefined;
    const periods = this.#window.save();
    return {
      status: this.#status,
      counts: this.#counts.save(),
      ...(periods !== undefined && { periods }),
      violations: this.violations,
      ...(slice !== undefined && { slice }),
    };
  }

  /** Takes over what the same events were counted as under an earlier declaration. */
  continueFrom(old: TrackedObjective, nowMillis: number): void {
    this.sinceMillis = old.sinceMillis;
    this.good = old.good;
    this.bad = old.bad;
    this.violationCount = old.violationCount;
    this.traces = old.traces;
    if (this.#slices instanceof ThroughputSlices && old.#slices instanceof ThroughputSlices)
      this.#slices.continueFrom(old.#slices);
    this.restore(old.save(), nowMillis);
  }

  /** Continues from what was saved, by this process or by one before it. */
  restore(saved: SavedObjective, nowMillis: number): void {
    this.#counts.restore(saved.counts);
    const overMillis = this.#window.restore(saved.periods, nowMillis);
    if (overMillis === undefined) this.#status = saved.status;
    this.#tellEnd(this.#episodes.restore(saved.violations, overMillis));
    if (saved.slice && this.#slices instanceof RatioSlices)
      this.#slices.restore(saved.slice, nowMillis, this.#judgeSlice);
    this.#window.setBack(nowMillis);
    this.#settle(nowMillis);
  }

  readonly #judgeSlice = (endMillis: number, good: boolean): void => {
    const [slot, one, none] = [slotOf(endMillis - 1), good ? 1 : 0, good ? 0 : 1];
    this.#counts.add(slot, one, none);
    this.#window.add(slot, one, none);
    this.good += one;
    this.bad += none;
  };

  #overspent(good: number, bad: number): boolean {
    const events = good + bad;
    return bad > this.objective.budgetRatio * events * (1 + ROUNDING) && events >= this.objective.minEvents;
  }

  /** A new slot: events have left the window, and the burn rates have moved. */
  #openSlot(slot: number): void {
    const nowMillis = startOf(slot);
    const window = this.#settle(nowMillis);
    if (window.good + window.bad === 0) return;
    this.#judge(window, (millis) => burnRate(this.read(millis, nowMillis), this.objective.budgetRatio), nowMillis);
  }

  /** Moves the status on. A window without a bad event burns in none of the shorter ones, which need not be read then. */
  #judge(window: Counts, rate: (windowMillis: number) => number | null, nowMillis: number): void {
    const { budgetRatio, minEvents, pairs } = this.objective;
    const next = nextStatus(this.#status, this.openViolation !== undefined, {
      events: window.good + window.bad,
      minEvents,
      remainingRatio: remainingRatio(window, budgetRatio),
      pairs: window.bad === 0 ? [] : pairs,
      burnRate: rate,
    });
    this.#transition(next, window, nowMillis);
  }

  /** Brings the window to a moment. Where it has begun anew, nothing that was judged by it before lasts. */
  #settle(nowMillis: number): Counts {
    this.#counts.settle(slotOf(nowMillis));
    const overMillis = this.#window.settle(nowMillis);
    if (overMillis !== undefined) {
      this.#status = 'no_data';
      this.#tellEnd(this.#episodes.end(overMillis));
    }
    return this.#totals;
  }

  #transition(next: SlaStatus, { good, bad }: Counts, nowMillis: number): void {
    this.#status = next;
    if (next === 'breached' && this.openViolation === undefined) {
      const violation = violationOf(this, { good, bad }, Math.max(nowMillis, this.coverage.sinceMillis));
      this.violationCount++;
      this.#episodes.begin(violation);
      this.#onTurn('breach', this, violation);
    } else if (next === 'met') {
      this.#tellEnd(this.#episodes.end(nowMillis));
    }
  }

  #tellEnd(episode: SlaViolation | undefined): void {
    if (episode) this.#onTurn('recovered', this, episode);
  }
}
