import { Operation } from './operation.ts';
import type { ResolvedTimeoutOptions } from './options.ts';

/** The operations that are known; when there are too many, the least recently used leaves. */
export class OperationTable {
  #options: ResolvedTimeoutOptions;
  readonly #operations = new Map<string, Operation>();
  /** Kept apart, for a timeout set by hand must not be forgotten with its operation. */
  readonly #pins = new Map<string, number>();
  #evicted = 0;

  constructor(options: ResolvedTimeoutOptions) {
    this.#options = options;
  }

  get evicted(): number {
    return this.#evicted;
  }

  /** From now on other options hold, for the operations that are known too. */
  reconfigure(options: ResolvedTimeoutOptions): void {
    this.#options = options;
    for (const operation of this.#operations.values()) operation.reconfigure(options);
    while (this.#operations.size > options.maxOperations) this.#evict();
  }

  /** The operation, if it is known. */
  peek(name: string): Operation | undefined {
    return this.#operations.get(name);
  }

  /** What a call of the operation may take, known or not. */
  limitOf(name: string): number {
    return this.#operations.get(name)?.limitMillis ?? this.#pins.get(name) ?? this.#options.initialMillis;
  }

  /** The operation, which counts as used now. */
  use(name: string, nowMillis: number): Operation {
    const known = this.#operations.get(name);
    if (known === undefined) return this.#add(name, nowMillis);
    known.lastUsedMillis = nowMillis;
    return known;
  }

  /** @throws RangeError when more operations would be set by hand than may be known. */
  pin(name: string, timeoutMillis: number | undefined): void {
    const { maxOperations } = this.#options;
    if (timeoutMillis === undefined) this.#pins.delete(name);
    else if (this.#pins.size >= maxOperations && !this.#pins.has(name))
      throw new RangeError(`set: at most maxOperations (${maxOperations}) operations can be set by hand`);
    else this.#pins.set(name, timeoutMillis);
    this.#operations.get(name)?.pin(timeoutMillis);
  }

  values(): IterableIterator<Operation> {
    return this.#operations.values();
  }

  #add(name: string, nowMillis: number): Operation {
    if (this.#operations.size >= this.#options.maxOperations) this.#evict();
    const added = new Operation(name, this.#options, nowMillis);
    const pinned = this.#pins.get(name);
    if (pinned !== undefined) added.pin(pinned);
    this.#operations.set(name, added);
    return added;
  }

  #evict(): void {
    let oldest: Operation | undefined;
    for (const each of this.#operations.values())
      if (oldest === undefined || each.lastUsedMillis < oldest.lastUsedMillis) oldest = each;
    if (oldest === undefined) return;
    this.#operations.delete(oldest.name);
    oldest.watching.clear();
    this.#evicted++;
  }
}
