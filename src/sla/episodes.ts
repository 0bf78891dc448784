import type { SlaViolation } from './violation.ts';

const MOST_VIOLATIONS = 10;

/** The latest episodes of an objective, newest first. At most the first of them lasts. */
export class Episodes {
  #list: readonly SlaViolation[] = [];

  get list(): readonly SlaViolation[] {
    return this.#list;
  }

  /** The episode that lasts, if one does. */
  get open(): SlaViolation | undefined {
    const [latest] = this.#list;
    return latest && isOpen(latest) ? latest : undefined;
  }

  begin(violation: SlaViolation): void {
    this.#list = [violation, ...this.#list].slice(0, MOST_VIOLATIONS);
  }

  /** Ends the episode that lasts, and gives it. */
  end(atMillis: number): SlaViolation | undefined {
    const { open } = this;
    if (open === undefined) return undefined;
    const ended = endedAt(open, atMillis);
    this.#list = [ended, ...this.#list.slice(1)];
    return ended;
  }

  /**
   * Takes over the episodes of a predecessor. What lasts goes on, under the earlier of its beginnings. But where all that
   * the predecessor judged by was over at `overMillis`, so is its episode, which is given then.
   */
  restore(saved: readonly SlaViolation[], overMillis: number | undefined): SlaViolation | undefined {
    const savedOpen = saved.find(isOpen);
    const ended = savedOpen && overMillis !== undefined ? endedAt(savedOpen, overMillis) : undefined;
    const lasts = ended ? this.open : (savedOpen ?? this.open);
    const over = [...this.#list, ...(ended ? [ended] : []), ...saved].filter((violation) => !isOpen(violation));
    this.#list = [...(lasts ? [lasts] : []), ...over].slice(0, MOST_VIOLATIONS);
    return ended;
  }
}

function isOpen(violation: SlaViolation): boolean {
  return violation.endedAt === null;
}

/** Where the clock was set back in between, an episode ends as it began. */
function endedAt(violation: SlaViolation, atMillis: number): SlaViolation {
  const endMillis = Math.max(atMillis, Date.parse(violation.startedAt));
  return Object.freeze({ ...violation, endedAt: new Date(endMillis).toISOString() });
}
