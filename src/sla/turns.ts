import type { OnTurn } from './tracked-objective.ts';

/**
 * Tells of the turns of objectives, but not in the middle of counting: they are held back until the books are consistent,
 * for whoever listens may count requests, set targets or ask for reports.
 */
export class Turns {
  /** Tells of a turn, now or when counting is over. */
  readonly tell: OnTurn;
  readonly #onTurn: OnTurn;
  readonly #held: Parameters<OnTurn>[] = [];
  #counting = 0;

  constructor(onTurn: OnTurn) {
    this.#onTurn = onTurn;
    this.tell = (...turn) => {
      if (this.#counting > 0) this.#held.push(turn);
      else onTurn(...turn);
    };
  }

  /** Counting begins; it may be nested. */
  hold(): void {
    this.#counting++;
  }

  /** Counting is over. What was held is told in its order, also where the telling leads to more. */
  release(): void {
    if (--this.#counting > 0 || this.#held.length === 0) return;
    for (let turn = this.#held.shift(); turn !== undefined; turn = this.#held.shift()) this.#onTurn(...turn);
  }
}
