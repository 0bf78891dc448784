import { ConfigurationError } from '../errors.ts';
import { type Clock, monotonicClock } from '../time/clock.ts';
import { DURATION_FORM, type Duration, parseDuration } from '../time/duration.ts';
import { Bulkhead } from './bulkhead.ts';
import { type BulkheadOptions, resolveOptions } from './options.ts';
import type { BulkheadSnapshot } from './reading.ts';

/** Options of `BulkheadRegistry`: those of every bulkhead that `get` makes, and how many there may be. */
export interface BulkheadRegistryOptions extends Omit<BulkheadOptions, 'name'> {
  /** How many bulkheads there may be; names beyond share one, `_OTHER`. 1 to 100000. Default 1000. */
  maxBulkheads?: number;
  /** A bulkhead that `get` made leaves when it was healthy and without a call for so long. Over 0. Default `'1h'`. */
  idleTime?: Duration;
}

/** Defaults of what {@link BulkheadRegistryOptions} adds. */
export const REGISTRY_DEFAULTS: { readonly maxBulkheads: number; readonly idleTime: Duration } = {
  maxBulkheads: 1000,
  idleTime: '1h',
};

/** The bulkhead of all names for which there is no room. */
const OTHER = '_OTHER';

/** The bulkheads that are there now. */
export let bulkheadsOf: (registry: BulkheadRegistry) => readonly Bulkhead[];

interface Entry {
  readonly bulkhead: Bulkhead;
  /** Made by `create`: it stays. */
  readonly stays: boolean;
  /** When it was last asked for, by the clock. */
  usedAt: number;
}

/** Bulkheads by name. Keep the registry and ask it for each call: what it gives may leave when nobody has used it for long. */
export class BulkheadRegistry implements AsyncDisposable {
  readonly #entries = new Map<string, Entry>();
  readonly #defaults: Omit<BulkheadOptions, 'name'>;
  readonly #maxBulkheads: number;
  readonly #idleMillis: number;
  readonly #clock: Clock;
  #sweptAt = -Infinity;
  #stopped: Promise<void> | undefined;

  static {
    bulkheadsOf = (registry) => registry.#present();
  }

  /** @throws ConfigurationError listing what is wrong with the options. */
  constructor(options: BulkheadRegistryOptions = {}) {
    const {
      maxBulkheads = REGISTRY_DEFAULTS.maxBulkheads,
      idleTime = REGISTRY_DEFAULTS.idleTime,
      ...defaults
    } = options;
    if (!Number.isInteger(maxBulkheads) || maxBulkheads < 1 || maxBulkheads > 100_000)
      throw refused('maxBulkheads', maxBulkheads, 'a whole number of 1 to 100000');
    const idleMillis = parseDuration(idleTime) ?? 0;
    if (idleMillis === 0) throw refused('idleTime', idleTime, `over 0 (${DURATION_FORM})`);
    resolveOptions({ ...defaults, name: OTHER });
    this.#defaults = defaults;
    this.#maxBulkheads = maxBulkheads;
    this.#idleMillis = idleMillis;
    this.#clock = defaults.clock ?? monotonicClock;
  }

  /**
   * The bulkhead of that name. Where there is none it is made with the registry's options, and those given over them.
   * @throws ConfigurationError where it has to be made and the options cannot be used.
   */
  get(name: string, options?: Omit<BulkheadOptions, 'name'>): Bulkhead {
    const now = this.#clock();
    const found = this.#entries.get(name);
    if (found) {
      found.usedAt = now;
      return found.bulkhead;
    }
    this.#sweep(now);
    if (this.#entries.size >= this.#maxBulkheads && name !== OTHER) return this.get(OTHER);
    return this.#add({ ...this.#defaults, ...options, name }, false, now);
  }

  /**
   * Makes a bulkhead with options of its own over those of the registry. It stays until the registry is shut down.
   * @throws ConfigurationError where there is one of that name, or no room for another.
   */
  create(options: BulkheadOptions): Bulkhead {
    const now = this.#clock();
    this.#sweep(now);
    if (this.#entries.has(options.name)) throw refused('name', options.name, 'a name that no other bulkhead has');
    if (this.#entries.size >= this.#maxBulkheads)
      throw refused('name', options.name, `at most ${this.#maxBulkheads} bulkheads, the maxBulkheads`);
    return this.#add({ ...this.#defaults, ...options }, true, now);
  }

  /** How every bulkhead stands, by name. */
  snapshot(): Readonly<Record<string, BulkheadSnapshot>> {
    return Object.freeze(Object.fromEntries(this.#present().map((each) => [each.name, each.snapshot()])));
  }

  /** Shuts every bulkhead down; resolves when nothing runs any more. What is made later is shut down at once. */
  shutdown(): Promise<void> {
    return (this.#stopped ??= Promise.all(this.#present().map((each) => each.shutdown())).then(() => undefined));
  }

  /** The same as `shutdown()`: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Makes a bulkhead; a subclass may make its own kind. */
  protected make(options: BulkheadOptions): Bulkhead {
    return new Bulkhead(options);
  }

  #add(options: BulkheadOptions, stays: boolean, usedAt: number): Bulkhead {
    const bulkhead = this.make(options);
    this.#entries.set(options.name, { bulkhead, stays, usedAt });
    if (this.#stopped) void bulkhead.shutdown();
    return bulkhead;
  }

  #present(): Bulkhead[] {
    this.#sweep(this.#clock());
    return [...this.#entries.values()].map(({ bulkhead }) => bulkhead);
  }

  /** Lets the idle go: looked for once a minute at most, or as often as they may leave where that is sooner. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < Math.min(60_000, this.#idleMillis)) return;
    this.#sweptAt = now;
    for (const [name, { bulkhead, stays, usedAt }] of this.#entries) {
      if (stays || now - usedAt < this.#idleMillis) continue;
      const { state, inFlight, queued, failures } = bulkhead.snapshot();
      if (state === 'healthy' && inFlight + queued + failures === 0) this.#entries.delete(name);
    }
  }
}

function refused(path: string, value: unknown, allowed: string): ConfigurationError {
  return new ConfigurationError([{ path, value, allowed }]);
}
