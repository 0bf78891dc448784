import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ResilienceReport } from 'opentelemetry-resilience';
import type { Fault } from './faults.ts';
import { type ServiceName, serviceNames } from './service-names.ts';
import type { Command, Message } from './service.ts';

/** A service that has not ended by then is killed. */
const stopWithinMillis = 5_000;

export interface FleetOptions {
  readonly portBase: number;
  readonly seed: number;
  /** A service ended though nobody told it to. */
  readonly onLost: (service: ServiceName, how: string) => void;
  /** What a service printed: warnings of OpenTelemetry, errors. */
  readonly onOutput: (service: ServiceName, text: string) => void;
}

/** The three service processes, as their supervisor sees them. */
export class Fleet {
  readonly #reports = new Map<ServiceName, ResilienceReport>();
  readonly #options: FleetOptions;
  readonly #children = new Map<ServiceName, ChildProcess>();
  readonly #urls = new Map<ServiceName, string>();
  #stopping = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** The latest of each service that has sent one. */
  get reports(): ReadonlyMap<ServiceName, ResilienceReport> {
    return this.#reports;
  }

  /** Where to scrape each service. */
  get metrics(): Record<ServiceName, string> {
    const url = (name: ServiceName): string => `http://127.0.0.1:${this.#metricsPort(name)}/metrics`;
    return { storefront: url('storefront'), inventory: url('inventory'), payment: url('payment') };
  }

  /** The status page of the storefront, the one that everybody calls. */
  get statusPage(): string {
    return `http://localhost:${this.#statusPort}/`;
  }

  /** The storefront's address, once all three services listen; never, if they are stopped before that. */
  async start(): Promise<string> {
    await Promise.all([this.#launch('inventory'), this.#launch('payment')]);
    return this.#launch('storefront');
  }

  /** At most one fault at a time: the others are told that they have none. */
  setFault(fault: Fault | undefined): void {
    for (const [name, child] of this.#children) {
      tell(child, { kind: 'fault', fault: fault?.service === name ? fault : undefined });
    }
  }

  /** Callers before those they call, each after its last response; afterwards `reports` are final. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const name of serviceNames) {
      const child = this.#children.get(name);
      if (child === undefined || hasEnded(child)) continue;
      tell(child, { kind: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMillis);
      await once(child, 'exit');
      clearTimeout(timer);
    }
  }

  get #statusPort(): number {
    return this.#options.portBase + serviceNames.length;
  }

  #metricsPort(name: ServiceName): number {
    return this.#options.portBase + serviceNames.indexOf(name);
  }

  #launch(name: ServiceName): Promise<string> {
    if (this.#stopping) return new Promise(() => undefined);
    const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), {
      execArgv: ['--import', new URL('./telemetry.ts', import.meta.url).href],
      env: {
        ...process.env,
        OTEL_SERVICE_NAME: name,
        OTEL_RESILIENCE_CONFIG: fileURLToPath(new URL(`./resilience/${name}.yaml`, import.meta.url)),
        OTEL_EXPORTER_PROMETHEUS_PORT: String(this.#metricsPort(name)),
        SHOP_STATUS_PORT: String(this.#statusPort),
        // What the guards of the storefront know payment by.
        PAYMENT_ADDRESS: this.#urls.get('payment')?.replace('http://', ''),
        SHOP_PEERS: [...this.#urls].map(([peer, url]) => `${peer}=${url}`).join(' '),
        SHOP_SEED: String(this.#options.seed + 1 + serviceNames.indexOf(name)),
      },
      silent: true,
    });
    this.#children.set(name, child);
    for (const output of [child.stdout, child.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => this.#options.onOutput(name, text));
    }
    // 'close' comes after the last of its output, so that the reason is told before the loss.
    child.on('close', (code, signal) => {
      if (!this.#stopping) this.#options.onLost(name, signal ?? `exit code ${code}`);
    });
    return new Promise((resolve) => {
      child.on('message', (message: Message) => {
        if (message.kind === 'report') {
          this.#reports.set(name, message.report);
        } else {
          this.#urls.set(name, message.url);
          resolve(message.url);
        }
      });
    });
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function tell(child: ChildProcess, command: Command): void {
  // A process that is about to end may refuse; its end is noticed elsewhere.
  if (child.connected) child.send(command, () => undefined);
}
