import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, play, schedule } from './faults.ts';
import { Fleet } from './fleet.ts';
import { Load } from './load.ts';
import type { Options } from './options.ts';
import { seeded } from './random.ts';
import type { Screen } from './screen.ts';
import { compare, renderSummary } from './summary.ts';
import { renderFooter, renderTable } from './table.ts';

/** One run of the demo, from the start of the services until the last of them is gone. */
export class Demo {
  readonly #options: Options;
  readonly #screen: Screen;
  readonly #end = new AbortController();
  readonly #fleet: Fleet;
  readonly #load: Load;
  #startedAt = 0;
  #fault: Fault | undefined;
  #failure: string | undefined;

  constructor(options: Options, screen: Screen) {
    this.#options = options;
    this.#screen = screen;
    this.#load = new Load({ ...options, random: seeded(options.seed) });
    this.#fleet = new Fleet({
      ...options,
      onOutput: (service, text) => {
        for (const line of text.trimEnd().split('\n')) screen.note(`${service}: ${line}`);
      },
      onLost: (service, how) => {
        // Ctrl-C may reach a service before it can listen to it.
        if (how !== 'SIGINT') this.#failure ??= `${service} ended unexpectedly (${how})`;
        this.stop();
      },
    });
  }

  /** Lets the demo end; `run` returns once everything has stopped. */
  stop(): void {
    this.#end.abort();
  }

  /** Rejects when a service ended by itself. */
  async run(): Promise<void> {
    this.#screen.draw('Starting storefront, inventory and payment ...');
    const shop = await Promise.race([this.#fleet.start(), aborted(this.#end.signal)]);
    try {
      if (shop !== undefined) await this.#trade(shop);
    } finally {
      this.stop();
      await this.#fleet.stop();
      this.#screen.close();
    }
    if (this.#failure !== undefined) throw new Error(this.#failure);
    if (shop !== undefined) {
      const summary = renderSummary(compare(this.#load.tally(), this.#fleet.reports));
      process.stdout.write(`${this.#table()}\n\n${summary}\n`);
    }
  }

  /** Customers come, and faults come and go, until the end. */
  async #trade(shop: string): Promise<void> {
    const { forMillis, faults, seed } = this.#options;
    const end = this.#end.signal;
    this.#startedAt = performance.now();
    const timer = forMillis === undefined ? undefined : setTimeout(() => this.stop(), forMillis);
    const loaded = this.#load.run(shop, end).then(() => this.#loadDone());
    if (faults) void play(schedule(seeded(seed)), (fault) => this.#setFault(fault), end);
    await Promise.race([this.#draw(end), loaded.then(() => aborted(end))]);
    clearTimeout(timer);
    // Without one of the services nobody answers what is still under way.
    if (this.#failure === undefined) await loaded;
  }

  #setFault(fault: Fault | undefined): void {
    this.#fault = fault;
    this.#fleet.setFault(fault);
  }

  async #draw(end: AbortSignal): Promise<void> {
    for (let wait = 1_000; !end.aborted; wait = this.#screen.refreshMillis) {
      // The only rejection of this wait is the abort.
      await sleep(wait, undefined, { signal: end }).catch(() => undefined);
      if (!end.aborted)
        this.#screen.draw(
          `${this.#table()}\n\n${renderFooter(this.#fleet.statusPage, Object.values(this.#fleet.metrics))}`,
        );
    }
  }

  /** Every request has its answer: what the load generator knows is final. */
  async #loadDone(): Promise<void> {
    const { jsonSummary, seed, rate, faults, requests } = this.#options;
    const { sent } = this.#load;
    if (jsonSummary !== undefined) {
      const services = this.#load.tally();
      const known = { seed, rate, faults, sent, metrics: this.#fleet.metrics, services };
      await writeFile(jsonSummary, `${JSON.stringify(known, undefined, 2)}\n`);
    }
    if (sent === requests && !this.#screen.live) this.#screen.draw('load done');
  }

  #table(): string {
    return renderTable({
      reports: this.#fleet.reports,
      fault: this.#fault?.title,
      sent: this.#load.sent,
      elapsedMillis: performance.now() - this.#startedAt,
      colour: this.#screen.colour,
    });
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
