import { boundedName } from './bounded-name.ts';

/**
 * Two names joined into one, each pair built once: joining costs an allocation and a new string to hash for every span,
 * looking a pair up costs neither. Bounded: past the limit a pair is built anew each time.
 */
export class JoinedNames {
  readonly #separator: string;
  readonly #limit: number;
  readonly #names = new Map<string, Map<string | number, string>>();
  #size = 0;
  /** The latest first name and its pairs, and the latest pair: both are asked for again more often than not. */
  #first: string | undefined;
  #pairs: Map<string | number, string> | undefined;
  #second: string | number | undefined;
  #joined = '';

  constructor(separator: string, limit = 4_096) {
    this.#separator = separator;
    this.#limit = limit;
  }

  join(first: string, second: string | number): string {
    if (first !== this.#first) {
      this.#first = first;
      this.#pairs = this.#names.get(first);
    } else if (second === this.#second) return this.#joined;
    this.#second = second;
    this.#joined = this.#pairs?.get(second) ?? this.#build(first, second);
    return this.#joined;
  }

  #build(first: string, second: string | number): string {
    const joined = boundedName(first + this.#separator + second);
    if (this.#size >= this.#limit || joined.length >= 256) return joined;
    let names = this.#names.get(first);
    if (!names) this.#names.set(boundedName(first), (names = new Map()));
    names.set(typeof second === 'string' ? boundedName(second) : second, joined);
    this.#pairs = names;
    this.#size++;
    return joined;
  }
}
