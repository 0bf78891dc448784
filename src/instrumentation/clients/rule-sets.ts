import { diag } from '@opentelemetry/api';
import type { GuardRules } from './guard-rules.ts';

/** The rules that the hooks of a client obey. The hooks are put in with the first and taken out with the last. */
export class RuleSets {
  /** Replaced, never changed, so that a call may keep it. */
  active: readonly GuardRules[] = [];
  readonly #client: string;
  readonly #install: () => () => void;
  #remove: (() => void) | undefined;
  #isTold = false;

  /** @param install - puts the hooks in, and gives what takes them out. */
  constructor(client: string, install: () => () => void) {
    this.#client = client;
    this.#install = install;
  }

  /** The same rules are added once. */
  add(rules: GuardRules): Disposable {
    if (!this.active.includes(rules)) {
      this.#remove ??= this.#install();
      this.active = [...this.active, rules];
    }
    return { [Symbol.dispose]: () => this.#drop(rules) };
  }

  /** What `find` gives, or nothing where it throws: a call is then let through. */
  find<T>(find: () => T | undefined): T | undefined {
    try {
      return find();
    } catch (error) {
      return this.pass(error);
    }
  }

  /** Tells of an error by which a call passes unguarded; once. */
  pass(error: unknown): undefined {
    if (this.#isTold) return;
    this.#isTold = true;
    try {
      const message = `calls of ${this.#client} pass unguarded where this happens; it is said once`;
      diag.warn(`opentelemetry-resilience: ${message}. ${String(error)}`);
    } catch {
      // A logger that throws must not reach the application either.
    }
  }

  #drop(rules: GuardRules): void {
    this.active = this.active.filter((each) => each !== rules);
    if (this.active.length > 0) return;
    this.#remove?.();
    this.#remove = undefined;
  }
}
