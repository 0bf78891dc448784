import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The demo as a process of its own, leading a process group of its own: what a terminal would stop as one. */
class Shop {
  stdout = '';
  stderr = '';
  readonly #process: ChildProcess;
  readonly #startedAt = performance.now();
  readonly #closed: Promise<unknown>;

  constructor(...args: string[]) {
    this.#process = spawn(process.execPath, ['examples/shop/main.ts', ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#closed = once(this.#process, 'close');
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Milliseconds from the start until the demo has printed this. */
  async printed(text: string): Promise<number> {
    while (!this.stdout.includes(text)) {
      const more = once(this.#process.stdout!, 'data');
      const ended = await Promise.race([more.then(() => false), this.#closed.then(() => true)]);
      assert(
        !ended || this.stdout.includes(text),
        `the demo ended without printing '${text}':\n${this.stdout}${this.stderr}`,
      );
    }
    return performance.now() - this.#startedAt;
  }

  async exitCode(): Promise<number | null> {
    await this.#closed;
    return this.#process.exitCode;
  }

  signalAll(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** The process id of one of the services. */
  servicePid(name: string): number {
    const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const service = processes
      .map((line) => line.trim().split(/\s+/))
      .find(([, parent, ...args]) => parent === String(this.pid) && args.join(' ').includes(`${name}.ts`));
    assert(service, `no process of ${name}`);
    return Number(service[0]);
  }

  /** Whether any process of the demo is still there. */
  get alive(): boolean {
    try {
      process.kill(-this.pid, 0);
      return true;
    } catch {
      return false;
    }
  }
}

interface Route {
  sent: number;
  good: number;
  bad: number;
}

interface JsonSummary {
  sent: number;
  metrics: Record<string, string>;
  services: Record<string, Record<string, Route>>;
}

describe('the shop behind npm start', () => {
  let portBase: string;
  let shop: Shop | undefined;

  before(function () {
    this.timeout(60_000);
    // The shop imports the package as its users do: built, and by name.
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: root });
  });

  beforeEach(async () => {
    portBase = String(await freePortBase());
  });

  afterEach(() => {
    if (shop?.alive) shop.signalAll('SIGKILL');
    shop = undefined;
  });

  it('shows the table within 5 s, ends by itself, and its SLAs count exactly what was sent', async () => {
    shop = new Shop('--for', '6s', '--no-faults', '--seed', '1', '--port-base', portBase);
    const tableAfter = await shop.printed('OBJECTIVE');
    assert(tableAfter < 5_000, `the table came after ${Math.round(tableAfter)} ms`);
    assert.equal(await shop.exitCode(), 0);
    assert.equal(shop.stderr, '');
    const summary = shop.stdout.slice(shop.stdout.indexOf('SERVICE'));
    assert.match(summary, /The SLA counted exactly what was sent\./);
    const routes = ['POST /orders', 'GET /products/:sku', 'POST /reservations', 'GET /stock/:sku', 'POST /charges'];
    for (const route of routes) assert.match(summary, new RegExp(`${route} +[1-9]\\d* .* equal`));
    assert.equal(shop.alive, false);
  });

  it('counts what a fault breaks', async () => {
    // With this seed payment begins to fail after six seconds.
    shop = new Shop('--for', '10s', '--rate', '150', '--seed', '8', '--port-base', portBase);
    assert.equal(await shop.exitCode(), 0);
    assert.match(shop.stdout, /fault now: payment fails one charge in thirty/);
    const summary = shop.stdout.slice(shop.stdout.indexOf('SERVICE'));
    assert.match(summary, /POST \/charges +\d+ +[1-9]\d* /);
    assert.match(summary, /The SLA counted exactly what was sent\./);
  });

  it('ends cleanly at Ctrl-C', async () => {
    shop = new Shop('--port-base', portBase);
    await shop.printed('Ctrl-C to stop');
    shop.signalAll('SIGINT');
    assert.equal(await shop.exitCode(), 0);
    assert.equal(shop.stderr, '');
    assert.match(shop.stdout, /The SLA counted exactly what was sent\./);
    assert.equal(shop.alive, false);
  });

  it('ends cleanly at Ctrl-C before its services are up', async () => {
    shop = new Shop('--port-base', portBase);
    await shop.printed('Starting');
    shop.signalAll('SIGINT');
    assert.equal(await shop.exitCode(), 0);
    assert.equal(shop.stderr, '');
    assert.equal(shop.alive, false);
  });

  it('takes its services along at SIGTERM', async () => {
    shop = new Shop('--port-base', portBase);
    await shop.printed('OBJECTIVE');
    shop.signal('SIGTERM');
    assert.equal(await shop.exitCode(), 0);
    assert.equal(shop.alive, false);
  });

  it('leaves no service behind when it is killed itself', async () => {
    shop = new Shop('--port-base', portBase);
    await shop.printed('OBJECTIVE');
    // The end of a process ends its connections.
    const connections = [0, 1, 2].map((offset) => connect({ host: '127.0.0.1', port: Number(portBase) + offset }));
    await Promise.all(connections.map((connection) => once(connection, 'connect')));
    const ended = connections.map((connection) => once(connection, 'close'));
    shop.signal('SIGKILL');
    await Promise.all(ended);
  });

  it('ends with an error that names the service that died', async () => {
    shop = new Shop('--port-base', portBase);
    await shop.printed('OBJECTIVE');
    process.kill(shop.servicePid('payment'), 'SIGKILL');
    assert.equal(await shop.exitCode(), 1);
    assert.match(shop.stderr, /shop: payment ended unexpectedly \(SIGKILL\)/);
    assert.equal(shop.alive, false);
  });

  it('sends exactly --requests, then keeps the metrics up and says what it knows', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'shop-'));
    try {
      const file = join(directory, 'summary.json');
      shop = new Shop(
        '--requests',
        '60',
        '--rate',
        '200',
        '--no-faults',
        '--port-base',
        portBase,
        '--json-summary',
        file,
      );
      await shop.printed('load done');
      const known = JSON.parse(await readFile(file, 'utf8')) as JsonSummary;
      assert.equal(known.sent, 60);
      assert.equal(sum(Object.values(known.services['storefront'] ?? {}).map(({ sent }) => sent)), 60);
      for (const [service, routes] of Object.entries(known.services)) {
        const metrics = await (await fetch(known.metrics[service] ?? '')).text();
        for (const [operation, { good, bad }] of Object.entries(routes)) {
          assert.equal(requestsCounted(metrics, { service, operation, result: 'success' }), good);
          assert.equal(requestsCounted(metrics, { service, operation, result: 'failure' }), bad);
        }
      }
      shop.signal('SIGINT');
      assert.equal(await shop.exitCode(), 0);
      assert.match(shop.stdout, /The SLA counted exactly what was sent\./);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('opens a status page on which the storefront stands', async () => {
    shop = new Shop('--port-base', portBase, '--no-faults', '--rate', '100');
    await shop.printed(`open:   http://localhost:${Number(portBase) + 3}/`);
    const page = await (await fetch(`http://localhost:${Number(portBase) + 3}/`)).text();
    assert.match(page, /<h2 id="service-\d">\s*storefront/);
    assert.match(page, /orders-availability/);
    shop.signal('SIGINT');
    assert.equal(await shop.exitCode(), 0);
  });

  it('names the busy port and the option that avoids it, before anything starts', async () => {
    const busy = Number(portBase) + 1;
    const server = await listen(busy);
    shop = new Shop('--port-base', portBase);
    assert.equal(await shop.exitCode(), 1);
    server.close();
    assert.match(shop.stderr, new RegExp(`shop: Port ${busy} is in use; --port-base N`));
    assert.equal(shop.stdout, '');
  });

  for (const { args, message } of [
    { args: ['--rate', 'fast'], message: /--rate takes a number from 0\.1 to 1000; got 'fast'/ },
    { args: ['--requests', '1.5'], message: /--requests takes a whole number from 1 to 1000000000; got '1\.5'/ },
    { args: ['--seed', '-1'], message: /--seed/ },
    { args: ['--for', '30'], message: /--for takes a duration such as 30s or 5m, up to 500h; got '30'/ },
    { args: ['--port-base', '65533'], message: /--port-base takes a whole number from 1 to 65532; got '65533'/ },
    {
      args: ['--json-summary', join(tmpdir(), 'no', 'such', 'directory', 'file')],
      message: /--json-summary cannot write /,
    },
    { args: ['--fro', '30s'], message: /Unknown option '--fro'/ },
    { args: ['30s'], message: /Unexpected argument '30s'/ },
  ]) {
    it(`refuses ${args.join(' ')}`, async () => {
      shop = new Shop(...args);
      assert.equal(await shop.exitCode(), 1);
      assert.match(shop.stderr, message);
      assert.match(shop.stderr, /--help/);
      assert.equal(shop.stdout, '');
    });
  }

  it('explains its options', async () => {
    shop = new Shop('--help');
    assert.equal(await shop.exitCode(), 0);
    for (const option of ['--for', '--rate', '--requests', '--seed', '--no-faults', '--port-base', '--json-summary']) {
      assert(shop.stdout.includes(option), `${option} is not explained`);
    }
  });
});

async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = await Promise.allSettled([base, base + 1, base + 2, base + 3].map(listen));
    for (const server of servers) if (server.status === 'fulfilled') server.value.close();
    if (servers.every(({ status }) => status === 'fulfilled')) return base;
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port });
  await once(server, 'listening');
  return server;
}

/** The value of `sla_requests_total` for requests that a service answered. */
function requestsCounted(metrics: string, labels: { service: string; operation: string; result: string }): number {
  const { service, operation, result } = labels;
  const start = `sla_requests_total{sla_service="${service}",sla_operation="${operation}",span_kind="server",sla_result="${result}"`;
  const line = metrics.split('\n').find((each) => each.startsWith(start));
  return Number(line?.split(' ').at(-1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
