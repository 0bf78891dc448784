import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fault } from '../../examples/shop/faults.ts';
import type { Message } from '../../examples/shop/service.ts';

const shop = (file: string): URL => new URL(`../../examples/shop/${file}`, import.meta.url);

/** One instance of the shop's payment, of which a fleet has several. */
export class PaymentInstance {
  /** Where it is scraped, `host:port`. */
  readonly target: string;
  /** What was asked of it, as whoever asked knows it. */
  good = 0;
  bad = 0;
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(target: string, process: ChildProcess, url: string) {
    this.target = target;
    this.#process = process;
    this.#url = url;
  }

  /** @param config - the `resilience.yaml` of the instance. */
  static async start(port: number, config: string): Promise<PaymentInstance> {
    const child = fork(fileURLToPath(shop('payment.ts')), {
      execArgv: ['--import', shop('telemetry.ts').href],
      env: {
        ...process.env,
        OTEL_SERVICE_NAME: 'payment',
        OTEL_RESILIENCE_CONFIG: config,
        OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
        SHOP_SEED: String(port),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    for (;;) {
      const [message] = (await once(child, 'message')) as [Message];
      if (message.kind === 'ready') return new PaymentInstance(`127.0.0.1:${port}`, child, message.url);
    }
  }

  /** One charge. */
  async charge(): Promise<void> {
    const body = JSON.stringify({ sku: 'a' });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.#url}/charges`, { method: 'POST', headers, body });
    await response.text();
    if (response.status < 500) this.good++;
    else this.bad++;
  }

  /** So large a share of the charges fails from now on. */
  fail(errorRatio: number): void {
    const fault: Fault = { service: 'payment', title: 'injected', errorRatio, slowRatio: 0, slowMillis: 0 };
    this.#process.send({ kind: 'fault', fault: errorRatio > 0 ? fault : undefined });
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    if (this.#process.kill('SIGKILL')) await ended;
  }
}
