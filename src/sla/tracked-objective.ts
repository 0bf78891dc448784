import { type Counts, type SavedCounts, TieredCounts } from '../stats/tiered-counts.ts';
import { burnRate, exhaustedInMillis, remainingRatio } from './burn-rate.ts';
import type { Coverage } from './coverage.ts';
import type { ResolvedObjective } from './resolved-objective.ts';
import { slotOf, slotsIn, startOf, tiersFor } from './slots.ts';
import { nextStatus, ROUNDING, type SlaStatus } from './status.ts';
import { ThroughputSlices } from './throughput-slices.ts';
import { RecentTraces, type SlaViolation } from './violation.ts';

/** Told when an episode begins or ends. */
export type OnTurn = (turn: 'breach' | 'recovered', objective: TrackedObjective, violation: SlaViolation) => void;

const HOUR = 3_600_000;
const MOST_VIOLATIONS = 10;

/** What goes on over a restart and a change of target. */
export interface SavedObjective {
  /** A risk that has to calm down is remembered. */
  readonly status: SlaStatus;
  readonly counts: SavedCounts;
  readonly violations: readonly SlaViolation[];
}

/** Where an objective stands at a moment. Ratios may be under 0 where the budget is overspent; `null` is "no events". */
export interface Attainment extends Counts {
  readonly status: SlaStatus;
  readonly attained: number | null;
  readonly remainingRatio: number | null;
  readonly exhaustedInMillis: number | null;
  readonly coverageRatio: number;
  /** The burn rate over a window that ends at this moment; `null` without events. */
  readonly burnRate: (windowMillis: number) => number | null;
}

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
  readonly #slices: ThroughputSlices | undefined;
  readonly #onTurn: OnTurn;
  readonly #windowSlots: number;
  /** Events in the objective's window as of the newest slot, kept so that a breach is seen on the very event. */
  #windowGood = 0;
  #windowBad = 0;
  #status: SlaStatus = 'no_data';
  #violations: readonly SlaViolation[] = [];

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
    this.#windowSlots = slotsIn(objective.windowMillis);
    const pairs = objective.pairs.flatMap(({ longMillis, shortMillis }) => [longMillis, shortMillis]);
    const windows = [objective.windowMillis, HOUR, ...context.burnWindowsMillis, ...pairs];
    const reachMillis = Math.max(...windows);
    this.#counts = new TieredCounts(tiersFor(reachMillis), windows.map(slotsIn));
    this.#slices = objective.slice && new ThroughputSlices(objective.slice, reachMillis, context.nowMillis);
  }

  get status(): SlaStatus {
    return this.#status;
  }

  /** The latest episodes, newest first. */
  get violations(): readonly SlaViolation[] {
    return this.#violations;
  }

  /** The episode that lasts, if one does. */
  get openViolation(): SlaViolation | undefined {
    const [latest] = this.#violations;
    return latest && isOpen(latest) ? latest : undefined;
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
    return (
      this.#inWindow(slot) && this.openViolation === undefined && this.#overspent(this.#windowGood, this.#windowBad + 1)
    );
  }

  /** Counts good and bad requests of one slot. */
  count(slot: number, good: number, bad: number): void {
    this.reach(slot);
    this.#counts.add(slot, good, bad);
    this.good += good;
    this.bad += bad;
    if (!this.#inWindow(slot)) return;
    this.#windowGood += good;
    this.#windowBad += bad;
    if (this.#status !== 'breached' && this.#overspent(this.#windowGood, this.#windowBad))
      this.evaluate(startOf(this.#counts.newest));
  }

  /** Counts a request towards its throughput slice, and judges the slices before it. */
  countSlice(atMillis: number): void {
    const judged = this.good + this.bad;
    this.#slices?.add(atMillis, this.#judgeSlice);
    if (this.good + this.bad !== judged) this.evaluate(atMillis);
  }

  /** Good and bad events in a window that ends now. */
  read(windowMillis: number, nowMillis: number): Counts {
    return this.#counts.read(slotsIn(windowMillis), slotOf(nowMillis));
  }

  /** Where the objective stands; moves the status on, and tells when that opens or closes an episode. */
  evaluate(nowMillis: number): Attainment {
    this.#slices?.settle(nowMillis, this.#judgeSlice);
    const { budgetRatio, windowMillis } = this.objective;
    const window = this.#settle(nowMillis);
    const rate = memoized((millis) => burnRate(this.read(millis, nowMillis), budgetRatio));
    this.#judge(window, rate, nowMillis);
    const remaining = remainingRatio(window, budgetRatio);
    const events = window.good + window.bad;
    return {
      ...window,
      status: this.#status,
      attained: events === 0 ? null : window.good / events,
      remainingRatio: remaining,
      exhaustedInMillis: exhaustedInMillis(remaining, windowMillis, rate(HOUR)),
      coverageRatio: this.coverage.ratio(windowMillis, nowMillis),
      burnRate: rate,
    };
  }

  /** After the clock was set back. */
  setBack(nowMillis: number): void {
    this.#slices?.setBack(nowMillis);
    this.#settle(nowMillis);
  }

  save(): SavedObjective {
    return { status: this.#status, counts: this.#counts.save(), violations: this.#violations };
  }

  /** Takes over what the same events were counted as under an earlier declaration. */
  continueFrom(old: TrackedObjective, nowMillis: number): void {
    this.sinceMillis = old.sinceMillis;
    this.good = old.good;
    this.bad = old.bad;
    this.violationCount = old.violationCount;
    this.traces = old.traces;
    if (old.#slices) this.#slices?.continueFrom(old.#slices);
    this.restore(old.save(), nowMillis);
  }

  /** Continues from what was saved, by this process or by one before it. */
  restore(saved: SavedObjective, nowMillis: number): void {
    this.#counts.restore(saved.counts);
    // What lasts goes on, under the earlier of its beginnings; everything else is over.
    const lasts = saved.violations.find(isOpen) ?? this.openViolation;
    const over = [...this.#violations, ...saved.violations].filter((violation) => !isOpen(violation));
    this.#violations = [...(lasts ? [lasts] : []), ...over].slice(0, MOST_VIOLATIONS);
    this.#status = saved.status;
    this.#settle(nowMillis);
  }

  readonly #judgeSlice = (endMillis: number, good: boolean): void => {
    this.#counts.add(slotOf(endMillis - 1), good ? 1 : 0, good ? 0 : 1);
    if (good) this.good++;
    else this.bad++;
  };

  #inWindow(slot: number): boolean {
    return slot > this.#counts.newest - this.#windowSlots;
  }

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

  #settle(nowMillis: number): Counts {
    const window = this.#counts.read(this.#windowSlots, slotOf(nowMillis));
    this.#windowGood = window.good;
    this.#windowBad = window.bad;
    return window;
  }

  #transition(next: SlaStatus, { good, bad }: Counts, nowMillis: number): void {
    this.#status = next;
    const open = this.openViolation;
    if (next === 'breached' && open === undefined) {
      const {
        name: objective,
        service,
        operation,
        objective: { metric, target },
      } = this;
      const violation: SlaViolation = Object.freeze({
        objective,
        metric,
        service,
        ...(operation !== undefined && { operation }),
        startedAt: iso(Math.max(nowMillis, this.coverage.sinceMillis)),
        endedAt: null,
        target,
        attained: good / (good + bad),
        good,
        bad,
        traceIds: this.traces.list(),
      });
      this.violationCount++;
      this.#violations = [violation, ...this.#violations].slice(0, MOST_VIOLATIONS);
      this.#onTurn('breach', this, violation);
    } else if (next === 'met' && open !== undefined) {
      const closed = Object.freeze({ ...open, endedAt: iso(nowMillis) });
      this.#violations = [closed, ...this.#violations.slice(1)];
      this.#onTurn('recovered', this, closed);
    }
  }
}

function memoized(rate: (windowMillis: number) => number | null): (windowMillis: number) => number | null {
  const known = new Map<number, number | null>();
  return (windowMillis) => {
    let value = known.get(windowMillis);
    if (value === undefined) known.set(windowMillis, (value = rate(windowMillis)));
    return value;
  };
}

function isOpen({ endedAt }: SlaViolation): boolean {
  return endedAt === null;
}

function iso(millis: number): string {
  return new Date(millis).toISOString();
}
