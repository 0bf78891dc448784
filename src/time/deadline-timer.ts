import { type Clock, monotonicClock } from './clock.ts';

const SLOTS = 256;
const MASK = SLOTS - 1;
/** setTimeout fires at once beyond this. */
const LONGEST_SLEEP_MILLIS = 2 ** 31 - 1;
/** A clock that reads less than this below what it read before was set back. */
const SET_BACK_MILLIS = 1;
/** More than lies between the end of a sleep and its call-back, unless nobody will ever call it. */
const OVERSLEPT_MILLIS = 1_000;

/** A call-back that waits for its moment: what {@link DeadlineTimer.set} gives and {@link DeadlineTimer.clear} takes. */
export interface TimerEntry {
  /** When it is due, in whole milliseconds of the timer. */
  readonly due: number;
}

/** A link of a ring that begins and ends at its slot. */
class Link implements TimerEntry {
  due = 0;
  callback: (() => void) | undefined;
  previous: Link = this;
  next: Link = this;

  append(entry: Link): void {
    entry.previous = this.previous;
    entry.next = this;
    this.previous.next = entry;
    this.previous = entry;
  }

  remove(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.previous = this;
    this.next = this;
  }

  get isEmpty(): boolean {
    return this.next === this;
  }

  /** The links of the ring, as they are now: they may move while they are looked at. */
  get links(): Link[] {
    const links: Link[] = [];
    for (let each = this.next; each !== this; each = each.next) links.push(each);
    return links;
  }
}

function slots(): Link[] {
  return Array.from({ length: SLOTS }, () => new Link());
}

/**
 * Many deadlines on one timer that keeps no process alive: a hierarchical timing wheel (G. Varghese and T. Lauck, 1987)
 * of 256 slots of 1 ms, 256 slots of 256 ms, and a list for what lies further ahead. Setting and clearing are O(1); the
 * one `setTimeout` sleeps until the next slot that held something when it began, and begins no other while nothing waits. A call-back
 * never comes early by the clock. What it throws stops no other.
 */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #fine = slots();
  readonly #coarse = slots();
  readonly #far = new Link();
  #size = 0;
  /** Everything due at or before this millisecond has been called. */
  #now: number;
  /** When what is far has to be looked at again. */
  #farUntil: number;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  /** When the timeout wakes; infinite without one. */
  #wakesAt = Infinity;

  constructor(clock: Clock = monotonicClock) {
    this.#clock = clock;
    this.#now = Math.floor(clock());
    this.#farUntil = this.#now;
  }

  /** How many call-backs wait. */
  get size(): number {
    return this.#size;
  }

  /** Calls back once `millis` have passed since `now`: what the clock said just before, for who has asked it already. */
  set(millis: number, callback: () => void, now: number = this.#clock()): TimerEntry {
    if (this.#size === 0) this.#begin(Math.floor(now));
    else if (now < this.#now - SET_BACK_MILLIS) this.#setBack(Math.floor(now));
    const entry = new Link();
    entry.due = Math.max(this.#now + 1, Math.ceil(now + millis));
    entry.callback = callback;
    this.#size++;
    this.#place(entry);
    const lateMillis = now - this.#wakesAt;
    if (entry.due < this.#wakesAt) this.#sleepUntil(entry.due, now);
    else if (lateMillis > OVERSLEPT_MILLIS && lateMillis < Infinity) this.#sleepUntil(now, now);
    return entry;
  }

  /**
   * Forgets a call-back; one that was called or cleared already is left alone. The sleep goes on, for the next call-back
   * will mostly find it early enough: calls one after the other then start no timer each.
   */
  clear(entry: TimerEntry): void {
    if (!(entry instanceof Link) || entry.callback === undefined) return;
    this.#take(entry);
  }

  #begin(now: number): void {
    this.#now = now;
    this.#farUntil = now + (SLOTS / 2) * SLOTS;
  }

  /** The clock went back, which it promised not to: what waits is as far ahead as before. */
  #setBack(now: number): void {
    const entries = [...this.#fine, ...this.#coarse, this.#far].flatMap((slot) => slot.links);
    for (const entry of entries) {
      entry.remove();
      entry.due = Math.max(1, entry.due - this.#now) + now;
    }
    this.#begin(now);
    for (const entry of entries) this.#place(entry);
    this.#sleepUntil(this.#nextDue(), now);
  }

  #take(entry: Link): () => void {
    const callback = entry.callback!;
    entry.callback = undefined;
    entry.remove();
    this.#size--;
    return callback;
  }

  #place(entry: Link): void {
    const ahead = entry.due - this.#now;
    if (ahead < SLOTS) this.#fine[entry.due & MASK]!.append(entry);
    else if (Math.floor(entry.due / SLOTS) - Math.floor(this.#now / SLOTS) < SLOTS)
      this.#coarse[Math.floor(entry.due / SLOTS) & MASK]!.append(entry);
    else this.#far.append(entry);
  }

  #sleepUntil(due: number, now: number): void {
    clearTimeout(this.#timeout);
    this.#wakesAt = due;
    const millis = Math.min(LONGEST_SLEEP_MILLIS, Math.max(1, Math.ceil(due - now)));
    this.#timeout = setTimeout(() => this.#wake(), millis);
    (this.#timeout as { unref?(): void }).unref?.();
  }

  #stop(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    this.#wakesAt = Infinity;
  }

  #wake(): void {
    // What call-backs set is slept for below, together with what waits already.
    this.#wakesAt = -Infinity;
    const now = Math.floor(this.#clock());
    if (now < this.#now - SET_BACK_MILLIS) this.#setBack(now);
    this.#advance(now);
    if (this.#size > 0) this.#sleepUntil(this.#nextDue(), this.#clock());
    else this.#stop();
  }

  /** Calls everything that is due, in the order of its milliseconds. */
  #advance(to: number): void {
    while (this.#now < to && this.#size > 0) {
      const next = Math.min(to, this.#nextDue());
      this.#now = next;
      this.#cascade();
      const slot = this.#fine[next & MASK]!;
      while (!slot.isEmpty && slot.next.due <= next) call(this.#take(slot.next));
    }
    this.#now = Math.max(this.#now, to);
    this.#cascade();
  }

  /** The next moment at which something is due, or has to move to a finer wheel. */
  #nextDue(): number {
    const period = Math.floor(this.#now / SLOTS);
    let next = this.#far.isEmpty ? Infinity : this.#farUntil;
    for (let ahead = 1; ahead < SLOTS && (period + ahead) * SLOTS < next; ahead++)
      if (!this.#coarse[(period + ahead) & MASK]!.isEmpty) next = (period + ahead) * SLOTS;
    for (let ahead = 1; ahead < SLOTS && this.#now + ahead < next; ahead++)
      if (!this.#fine[(this.#now + ahead) & MASK]!.isEmpty) next = this.#now + ahead;
    return next;
  }

  /** At the beginning of a coarse slot, what it holds moves to the fine wheel; now and then, what is far comes nearer. */
  #cascade(): void {
    if (this.#now >= this.#farUntil) {
      this.#farUntil = this.#now + (SLOTS / 2) * SLOTS;
      this.#replace(this.#far);
    }
    this.#replace(this.#coarse[Math.floor(this.#now / SLOTS) & MASK]!);
  }

  #replace(slot: Link): void {
    if (slot.isEmpty) return;
    for (const entry of slot.links) {
      entry.remove();
      this.#place(entry);
    }
  }
}

function call(callback: () => void): void {
  try {
    callback();
  } catch {
    // Whoever set it answers for it; the others must still be called.
  }
}

const shared = new WeakMap<Clock, DeadlineTimer>();

/** The one timer of a clock. */
export function sharedTimer(clock: Clock = monotonicClock): DeadlineTimer {
  let timer = shared.get(clock);
  if (!timer) shared.set(clock, (timer = new DeadlineTimer(clock)));
  return timer;
}
