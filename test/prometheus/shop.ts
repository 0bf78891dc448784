import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '../../examples/shop/service-names.ts';
import type { Tally } from '../../examples/shop/tally.ts';
import { freePorts } from './free-ports.ts';

const root = join(import.meta.dirname, '../..');

/** The demo as a process of its own. */
export class Shop {
  /** Where each service shows its metrics, `host:port`. */
  readonly targets: readonly string[];
  readonly #directory: string;
  readonly #process: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';

  private constructor(ports: readonly number[], directory: string, args: readonly string[]) {
    this.targets = ports.slice(0, serviceNames.length).map((port) => `127.0.0.1:${port}`);
    this.#directory = directory;
    const own = ['--port-base', String(ports[0]), '--json-summary', join(directory, 'summary.json')];
    this.#process = spawn(process.execPath, ['examples/shop/main.ts', ...own, ...args], { cwd: root });
    this.#closed = once(this.#process, 'close');
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  static async open(...args: string[]): Promise<Shop> {
    return new Shop(await freePorts(serviceNames.length + 1), await mkdtemp(join(tmpdir(), 'shop-')), args);
  }

  /** What the load generator knows it sent and got, once every request has its answer. */
  async tally(): Promise<Tally> {
    while (!this.#output.includes('load done')) {
      const more = once(this.#process.stdout!, 'data').then(() => true);
      assert(await Promise.race([more, this.#closed.then(() => false)]), `the demo ended early: ${this.#output}`);
    }
    const summary = await readFile(join(this.#directory, 'summary.json'), 'utf8');
    return (JSON.parse(summary) as { services: Tally }).services;
  }

  /** What each service would tell a scraper. */
  async scrape(): Promise<string[]> {
    return Promise.all(this.targets.map(async (target) => (await fetch(`http://${target}/metrics`)).text()));
  }

  /** The demo stops its services, and ends well. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#closed;
    await rm(this.#directory, { recursive: true, force: true });
    assert.equal(this.#process.exitCode, 0, this.#output);
  }
}
