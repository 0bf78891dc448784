const BUCKETS = 60;

/**
 * Failures within the last so many milliseconds, in sixty buckets: a failure counts for at least 59/60 of the window and
 * never longer than it. However long nothing happened, what is too old is forgotten. A clock that is set back stands still.
 */
export class FailureWindow {
  readonly #bucketMillis: number;
  readonly #counts: Uint32Array = new Uint32Array(BUCKETS);
  #latest = -Infinity;
  #total = 0;

  constructor(windowMillis: number) {
    this.#bucketMillis = windowMillis / BUCKETS;
  }

  add(nowMillis: number): void {
    this.#advance(nowMillis);
    this.#counts[slot(this.#latest)]!++;
    this.#total++;
  }

  count(nowMillis: number): number {
    this.#advance(nowMillis);
    return this.#total;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** The moment at which the oldest failures leave the window; `undefined` where there are none. */
  nextExpiry(): number | undefined {
    if (this.#total === 0) return undefined;
    let oldest = this.#latest - BUCKETS + 1;
    while (this.#counts[slot(oldest)] === 0) oldest++;
    return (oldest + BUCKETS) * this.#bucketMillis;
  }

  #advance(nowMillis: number): void {
    const bucket = Math.floor(nowMillis / this.#bucketMillis);
    if (bucket <= this.#latest) return;
    if (bucket - this.#latest >= BUCKETS) this.clear();
    else for (let each = this.#latest + 1; each <= bucket; each++) this.#forget(slot(each));
    this.#latest = bucket;
  }

  #forget(index: number): void {
    this.#total -= this.#counts[index]!;
    this.#counts[index] = 0;
  }
}

/** Buckets before the clock's origin are negative. */
function slot(bucket: number): number {
  return ((bucket % BUCKETS) + BUCKETS) % BUCKETS;
}
