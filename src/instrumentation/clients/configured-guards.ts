import type { MeterProvider } from '@opentelemetry/api';
import { type Bulkhead as PlainBulkhead, reconfigureBulkhead } from '../../bulkhead/bulkhead.ts';
import type { GuardRule } from '../../config/config.ts';
import { type Clock, monotonicClock } from '../../time/clock.ts';
import { reconfigureTimeout } from '../../timeout/adaptive-timeout.ts';
import { AdaptiveTimeout } from '../adaptive-timeout.ts';
import { BulkheadRegistry } from '../bulkhead.ts';
import { GuardMetrics } from '../guard-metrics.ts';
import { GuardRules, type GuardSource } from './guard-rules.ts';

interface OwnTimeout {
  readonly timeout: AdaptiveTimeout;
  readonly metrics: Disposable;
}

/**
 * The guards that rules ask for. Where rules are replaced while calls run, compartments and timeouts that go on under the
 * new rules keep what they counted and learned, and get the new options.
 */
export class ConfiguredGuards implements GuardSource {
  readonly bulkheads: BulkheadRegistry;
  /** Of every rule that has no options of its own for it. */
  readonly timeouts: AdaptiveTimeout;
  readonly metrics: GuardMetrics;
  readonly rules: GuardRules = new GuardRules(this);
  /** Timeouts with options of their own, by what tells rules apart. */
  #own = new Map<string, OwnTimeout>();
  #present: ReadonlySet<GuardRule> = new Set();
  /** The rule that gave a compartment its options. */
  readonly #owners = new WeakMap<PlainBulkhead, GuardRule>();

  readonly #clock: Clock;

  /** @param options - where the metrics go, by default the global MeterProvider; and the clock, which never goes back. */
  constructor({ meterProvider, clock = monotonicClock }: { meterProvider?: MeterProvider; clock?: Clock } = {}) {
    this.#clock = clock;
    this.bulkheads = new BulkheadRegistry({ clock });
    this.timeouts = new AdaptiveTimeout({ clock });
    this.metrics = new GuardMetrics({
      bulkheads: [this.bulkheads],
      timeouts: [this.timeouts],
      ...(meterProvider && { meterProvider }),
    });
  }

  /** Every timeout in use. */
  get allTimeouts(): readonly AdaptiveTimeout[] {
    return [this.timeouts, ...[...this.#own.values()].map(({ timeout }) => timeout)];
  }

  /** From now on these rules count, which have been checked. */
  apply(rules: readonly GuardRule[]): void {
    this.#present = new Set(rules);
    const before = this.#own;
    this.#own = new Map();
    for (const rule of rules) {
      if (typeof rule.timeout !== 'object') continue;
      const key = keyOf(rule);
      const own = before.get(key) ?? this.#own.get(key);
      if (own) reconfigureTimeout(own.timeout, rule.timeout);
      this.#own.set(key, own ?? this.#make(rule.timeout));
    }
    for (const [key, { metrics, timeout }] of before) {
      if (this.#own.has(key)) continue;
      metrics[Symbol.dispose]();
      void timeout.shutdown();
    }
    this.rules.replace(rules);
  }

  bulkhead(name: string, rule: GuardRule): PlainBulkhead {
    const bulkhead = this.bulkheads.get(name, rule.bulkhead);
    const owner = this.#owners.get(bulkhead);
    if (owner !== rule && bulkhead.name === name) this.#adopt(bulkhead, owner, rule);
    return bulkhead;
  }

  timeout(rule: GuardRule): AdaptiveTimeout {
    return this.#own.get(keyOf(rule))?.timeout ?? this.timeouts;
  }

  /** Lets every call pass, and exports the last metrics. Never rejects. */
  async shutdown(): Promise<void> {
    this.rules.replace([]);
    await this.metrics.shutdown();
    await Promise.all(this.allTimeouts.map((timeout) => timeout.shutdown()));
  }

  /** The first rule that asks for a compartment decides, for as long as it is there. */
  #adopt(bulkhead: PlainBulkhead, owner: GuardRule | undefined, rule: GuardRule): void {
    if (owner !== undefined && this.#present.has(owner)) return;
    this.#owners.set(bulkhead, rule);
    if (owner !== undefined) reconfigureBulkhead(bulkhead, rule.bulkhead ?? {});
  }

  #make(options: Extract<GuardRule['timeout'], object>): OwnTimeout {
    const timeout = new AdaptiveTimeout({ ...options, clock: this.#clock });
    return { timeout, metrics: this.metrics.add(timeout) };
  }
}

/** What tells rules apart, before and after a change of their options. */
function keyOf({ match, name }: GuardRule): string {
  const { service, operation, client } = match;
  return JSON.stringify([name, service, operation, client]);
}
