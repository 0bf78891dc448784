/**
 * Two names joined into one, each pair built once: joining costs an allocation and a new string to hash for every span,
 * looking a pair up costs neither. Bounded: past the limit a pair is built anew each time.
 */
export class JoinedNames {
  readonly #separator: string;
  readonly #limit: number;
  readonly #names = new Map<string, Map<string | number, string>>();
  #size = 0;

  constructor(separator: string, limit = 4_096) {
    this.#separator = separator;
    this.#limit = limit;
  }

  join(first: string, second: string | number): string {
    return this.#names.get(first)?.get(second) ?? this.#build(first, second);
  }

  #build(first: string, second: string | number): string {
    const joined = first + this.#separator + second;
    if (this.#size >= this.#limit || joined.length > 512) return joined;
    let names = this.#names.get(first);
    if (!names) this.#names.set(first, (names = new Map()));
    names.set(second, joined);
    this.#size++;
    return joined;
  }
}
