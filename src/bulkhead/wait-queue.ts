/** A place in the queue. It is in a queue or in none, and knows its neighbours, so that it can leave from the middle. */
export class Waiter {
  readonly priority: number;
  lane: Lane | undefined;
  previous: Waiter | undefined;
  next: Waiter | undefined;

  constructor(priority: number) {
    this.priority = priority;
  }
}

/** Those who wait with the same priority, first come first. */
interface Lane {
  readonly priority: number;
  head: Waiter | undefined;
  tail: Waiter | undefined;
}

/**
 * Who waits, in the order in which they are served: the higher priority first, within a priority the longest waiting.
 * Joining, leaving and being served take constant time in the number that wait.
 */
export class WaitQueue<W extends Waiter> {
  /** Only lanes in which somebody waits, the highest priority first. */
  readonly #lanes: Lane[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(waiter: W): void {
    const lane = this.#laneOf(waiter.priority);
    waiter.lane = lane;
    waiter.previous = lane.tail;
    if (lane.tail === undefined) lane.head = waiter;
    else lane.tail.next = waiter;
    lane.tail = waiter;
    this.#size++;
  }

  /** Takes out whoever is next. */
  shift(): W | undefined {
    const waiter = this.#lanes[0]?.head as W | undefined;
    if (waiter !== undefined) this.remove(waiter);
    return waiter;
  }

  /** Takes out this one, wherever it stands. `false` where it does not wait any more. */
  remove(waiter: W): boolean {
    const { lane, previous, next } = waiter;
    if (lane === undefined) return false;
    if (previous === undefined) lane.head = next;
    else previous.next = next;
    if (next === undefined) lane.tail = previous;
    else next.previous = previous;
    waiter.lane = waiter.previous = waiter.next = undefined;
    this.#size--;
    if (lane.head === undefined) this.#lanes.splice(this.#lanes.indexOf(lane), 1);
    return true;
  }

  #laneOf(priority: number): Lane {
    const lanes = this.#lanes;
    let low = 0;
    let high = lanes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lanes[middle]!.priority > priority) low = middle + 1;
      else high = middle;
    }
    const found = lanes[low];
    if (found?.priority === priority) return found;
    const lane: Lane = { priority, head: undefined, tail: undefined };
    lanes.splice(low, 0, lane);
    return lane;
  }
}
