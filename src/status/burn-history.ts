import { type StatusView, pledgesOf } from './view.ts';

const MOST_OBJECTIVES = 500;

/** Burn rates of the last minutes, so that the page can draw them. Bounded in objectives and in samples. */
export class BurnHistory {
  readonly #samples: number;
  #byObjective = new Map<string, readonly (number | null)[]>();

  /** @param samples - how many are kept of each objective. */
  constructor(samples = 60) {
    this.#samples = samples;
  }

  /** Takes one sample of every objective. Those that are no longer reported are forgotten. */
  sample({ services }: StatusView): void {
    const next = new Map<string, readonly (number | null)[]>();
    for (const service of services)
      for (const { part, objective } of pledgesOf(service)) {
        if (next.size >= MOST_OBJECTIVES) break;
        const key = keyOf(part.service, part.kind, objective.name);
        const known = this.#byObjective.get(key) ?? [];
        next.set(key, [...known, recentBurn(objective.burnRates)].slice(-this.#samples));
      }
    this.#byObjective = next;
  }

  /** Oldest first; `null` where there were no events. */
  of(service: string, kind: string, objective: string): readonly (number | null)[] {
    return this.#byObjective.get(keyOf(service, kind, objective)) ?? [];
  }
}

/** The burn rate over the shortest window that is reported. */
function recentBurn(burnRates: Readonly<Record<string, number | null>>): number | null {
  return Object.values(burnRates)[0] ?? null;
}

function keyOf(...names: string[]): string {
  return JSON.stringify(names);
}
