import type { Counts } from '../../src/stats/tiered-counts.ts';

/**
 * The brute-force twin: every event is kept with its slot. A tier forgets what it has passed, and what lies ahead of a
 * clock that was set back counts as now.
 */
export class CountsTwin {
  #tiers: { width: number; length: number; events: { slot: number; good: number; bad: number }[] }[];
  #head = -1;

  constructor(widths: readonly (readonly [number, number])[]) {
    this.#tiers = widths.map(([width, length]) => ({ width, length, events: [] }));
  }

  add(slot: number, good: number, bad: number): void {
    this.see(Math.max(slot, this.#head));
    for (const { width, length, events } of this.#tiers) {
      if (Math.floor(slot / width) > Math.floor(this.#head / width) - length) events.push({ slot, good, bad });
    }
  }

  /** Good and bad in the window of `window` base slots that ends with the slot `now`. */
  read(window: number, now: number): Counts {
    this.see(now);
    const tier = this.#tiers.find(({ width, length }) => width * length >= window) ?? this.#tiers.at(-1)!;
    const slots = Math.min(tier.length, Math.ceil(window / tier.width));
    const first = Math.floor(now / tier.width) - slots + 1;
    const inside = tier.events.filter(({ slot }) => Math.floor(slot / tier.width) >= first);
    return {
      good: inside.reduce((sum, { good }) => sum + good, 0),
      bad: inside.reduce((sum, { bad }) => sum + bad, 0),
    };
  }

  /** Time has come to `now`. */
  see(now: number): void {
    this.#head = now;
    for (const tier of this.#tiers) {
      const kept = tier.events.map((event) => ({ ...event, slot: Math.min(event.slot, now) }));
      tier.events = kept.filter(
        ({ slot }) => Math.floor(slot / tier.width) > Math.floor(now / tier.width) - tier.length,
      );
    }
  }
}
