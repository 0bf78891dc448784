import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.ts';

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const PATIENCE_MILLIS = 30_000;

/** Fails with what to do where there is no Prometheus. */
export function requirePrometheus(): void {
  for (const program of ['prometheus', 'promtool']) {
    const { error } = spawnSync(program, ['--version']);
    assert(error === undefined, `${program} is not installed: install Debian's prometheus`);
  }
}

/** A Prometheus of the test's own, with an empty data directory, which scrapes every second. */
export class Prometheus {
  readonly #url: string;
  readonly #directory: string;
  readonly #process: ChildProcess;
  readonly #targets: number;
  #log = '';

  private constructor(port: number, directory: string, targets: number) {
    this.#targets = targets;
    this.#url = `http://127.0.0.1:${port}`;
    this.#directory = directory;
    this.#process = spawn('prometheus', [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ]);
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    }
  }

  /**
   * @param targets - `host:port` of every process to scrape.
   * @param rules - files of rules to evaluate, as data.
   * @param interval - how often targets are scraped.
   */
  static async start(
    targets: readonly string[],
    rules: readonly object[] = [],
    interval: string = '1s',
  ): Promise<Prometheus> {
    const directory = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const shop = { job_name: 'shop', static_configs: [{ targets }] };
    const ruleFiles = rules.map((_, index) => join(directory, `rules-${index}.yml`));
    const config = {
      global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
      rule_files: ruleFiles,
      scrape_configs: [shop],
    };
    // JSON is YAML.
    await Promise.all(ruleFiles.map((file, index) => writeFile(file, JSON.stringify(rules[index]))));
    await writeFile(join(directory, 'prometheus.yml'), JSON.stringify(config));
    const [port] = await freePorts(1);
    const prometheus = new Prometheus(port!, directory, targets.length);
    await prometheus.until('is ready', () => prometheus.#isReady());
    return prometheus;
  }

  /** What an expression gives now. */
  async query(expression: string): Promise<Sample[]> {
    const response = await fetch(`${this.#url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expression }),
    });
    const { error, data } = (await response.json()) as Answer;
    assert(data !== undefined, `${expression}: ${error}`);
    return data.result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }));
  }

  /** The value of an expression that gives exactly one. */
  async one(expression: string): Promise<number> {
    const [sample, ...others] = await this.query(expression);
    assert(sample !== undefined && others.length === 0, `${expression} gives ${sample && others.length + 1} values`);
    return sample.value;
  }

  /** Resolves when the latest scrape of every target began after this moment. */
  async scrapedAfter(epochMillis: number): Promise<void> {
    await this.until('has scraped every target again', async () => {
      const scrapes = await this.query('timestamp(up{job="shop"})');
      return scrapes.length === this.#targets && scrapes.every(({ value }) => value * 1000 > epochMillis);
    });
    assert.equal(await this.one('min(up{job="shop"})'), 1, 'not every target answered');
  }

  /** What is pending or firing now. */
  async alerts(): Promise<Alert[]> {
    const response = await fetch(`${this.#url}/api/v1/alerts`);
    return ((await response.json()) as { data: { alerts: Alert[] } }).data.alerts;
  }

  async stop(): Promise<void> {
    const closed = once(this.#process, 'close');
    if (this.#process.kill('SIGKILL')) await closed;
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #isReady(): Promise<boolean> {
    assert(this.#process.exitCode === null, `prometheus ended: ${this.#log}`);
    const response = await fetch(`${this.#url}/-/ready`).catch(() => undefined);
    return response?.status === 200;
  }

  /** Asks again and again: what another process does tells nobody. */
  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MILLIS;
    while (!(await condition())) {
      assert(
        performance.now() < deadline,
        `after ${PATIENCE_MILLIS / 1000} s it is still not true that Prometheus ${what}. ${this.#log}`,
      );
      await sleep(50);
    }
  }
}

interface Answer {
  readonly error?: string;
  readonly data?: { readonly result: { metric: Record<string, string>; value: [seconds: number, value: string] }[] };
}
