/** Things to do at moments, in their order; at the same moment, first come first served. A binary heap. */
export class EventQueue {
  readonly #times: number[] = [];
  readonly #order: number[] = [];
  readonly #actions: (() => void)[] = [];
  #count = 0;

  get nextMillis(): number {
    return this.#times[0] ?? Infinity;
  }

  add(atMillis: number, action: () => void): void {
    let at = this.#times.length;
    this.#times.push(atMillis);
    this.#order.push(this.#count++);
    this.#actions.push(action);
    for (let up = (at - 1) >> 1; at > 0 && this.#before(at, up); up = (at - 1) >> 1) {
      this.#swap(at, up);
      at = up;
    }
  }

  take(): () => void {
    const last = this.#times.length - 1;
    this.#swap(0, last);
    const action = this.#actions.pop()!;
    this.#times.pop();
    this.#order.pop();
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < last && this.#before(child, least)) least = child;
      if (least === at) return action;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [first, second] = [this.#times[a]!, this.#times[b]!];
    return first < second || (first === second && this.#order[a]! < this.#order[b]!);
  }

  #swap(a: number, b: number): void {
    for (const column of [this.#times, this.#order, this.#actions] as unknown[][])
      [column[a], column[b]] = [column[b], column[a]];
  }
}
