import { boundedName } from './bounded-name.ts';
import { glob, type Match } from './glob.ts';

const LIMIT = 4_096;

/** Which requests do not count. Remembers its answers, for patterns are slow and names few; bounded. */
export class IgnoreRules {
  readonly #rules: readonly { readonly service: Match; readonly operation: Match }[];
  readonly #known = new Map<string, Map<string, boolean>>();
  #size = 0;

  constructor(rules: readonly { service?: string; operation?: string }[]) {
    this.#rules = rules.map(({ service = '*', operation = '*' }) => ({
      service: glob(service),
      operation: glob(operation),
    }));
  }

  matches(service: string, operation: string): boolean {
    if (this.#rules.length === 0) return false;
    return this.#known.get(service)?.get(operation) ?? this.#decide(service, operation);
  }

  #decide(service: string, operation: string): boolean {
    const ignored = this.#rules.some((rule) => rule.service(service) && rule.operation(operation));
    if (this.#size >= LIMIT || service.length > 256 || operation.length > 256) return ignored;
    let known = this.#known.get(service);
    if (!known) this.#known.set(boundedName(service), (known = new Map()));
    known.set(boundedName(operation), ignored);
    this.#size++;
    return ignored;
  }
}
