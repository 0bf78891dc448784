/** Readings that make one series: those of the same name, which is nearly always one. */
export interface GuardSeries<R, A> {
  readonly attributes: A;
  /** A moment before anything was counted that it holds. */
  readonly sinceMillis: number;
  readonly readings: readonly R[];
}

interface Known<A> {
  readonly attributes: A;
  readonly sinceMillis: number;
  readonly mark: unknown;
}

/** Remembers by name what is there; what is not read any more is forgotten. */
export class GuardSeriesTable<R, A> {
  readonly #make: (name: string) => A;
  #known = new Map<string, Known<A>>();
  #readAt: number;

  /** @param sinceMillis - a moment before the first reading was begun. */
  constructor(make: (name: string) => A, sinceMillis: number) {
    this.#make = make;
    this.#readAt = sinceMillis;
  }

  /**
   * Groups readings by their names. One that begins to count anew, as its `mark` tells, does so since the last time that
   * there was a reading, for it was not there then.
   */
  read(readings: Iterable<{ name: string; mark: unknown; reading: R }>, nowMillis: number): GuardSeries<R, A>[] {
    const groups = new Map<string, { known: Known<A>; readings: R[] }>();
    for (const { name, mark, reading } of readings) {
      const group = groups.get(name);
      if (group) group.readings.push(reading);
      else groups.set(name, { known: this.#find(name, mark), readings: [reading] });
    }
    this.#known = new Map([...groups].map(([name, { known }]) => [name, known]));
    this.#readAt = nowMillis;
    return [...groups.values()].map(({ known, readings: together }) => ({
      attributes: known.attributes,
      sinceMillis: known.sinceMillis,
      readings: together,
    }));
  }

  #find(name: string, mark: unknown): Known<A> {
    const known = this.#known.get(name);
    if (known?.mark === mark && known) return known;
    return { attributes: known?.attributes ?? this.#make(name), sinceMillis: this.#readAt, mark };
  }
}
