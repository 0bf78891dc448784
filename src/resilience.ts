/**
 * The composition root: a configuration in, wired parts out. `createResilience` gives what an OpenTelemetry SDK is set up
 * with, and puts the guards around the clients that the configuration names.
 */
import { type MeterProvider, diag } from '@opentelemetry/api';
import { checkConfig } from './config/check.ts';
import type { ResilienceConfig } from './config/config.ts';
import { ConfigurationError } from './errors.ts';
import type { AdaptiveTimeout } from './instrumentation/adaptive-timeout.ts';
import type { BulkheadRegistry } from './instrumentation/bulkhead.ts';
import { ConfiguredGuards } from './instrumentation/clients/configured-guards.ts';
import { GuardedClients } from './instrumentation/clients/guarded-clients.ts';
import { ResilienceInstrumentation } from './instrumentation/resilience-instrumentation.ts';
import { lookForMeters } from './instrumentation/guard-metrics.ts';
import { onMetersFound, seekMeters, SlaSpanProcessor } from './instrumentation/sla-span-processor.ts';
import { StateFile } from './instrumentation/state-file.ts';
import { tell } from './instrumentation/tell.ts';
import { recordAll } from './sla/sampler.ts';
import type { Sampler } from './sla/span.ts';
import { replaceTargets, type SlaTracker } from './sla/tracker.ts';
import { JoinedProducer } from './telemetry/joined-producer.ts';
import type { MetricProducer } from './telemetry/metric-producer.ts';
import { type StatusHandler, StatusPage } from './status/status-handler.ts';
import { StatusServer } from './status/status-server.ts';
import type { StatusView } from './status/view.ts';

/** How everything stands: the services, and the guards around the calls of this process. Plain JSON. */
export type ResilienceReport = StatusView;

/** The parts that a configuration asks for, wired. */
export interface Resilience extends AsyncDisposable {
  /** For `spanProcessors` of an SDK, beside the one that exports. */
  readonly spanProcessor: SlaSpanProcessor;
  /** For `instrumentations` of an SDK instead: it adds the span processor to whatever the SDK has, and has every span recorded. */
  readonly instrumentation: ResilienceInstrumentation;
  /** For `sampler` of an SDK: has every span recorded, and only those exported that `inner` samples. */
  sampler(inner: Sampler): Sampler;
  /** Every metric, for `metricProducers` of a MetricReader. Asking for it keeps them from the global MeterProvider. */
  readonly metricProducer: MetricProducer;
  readonly sla: SlaTracker;
  /** The compartments of the configured guards, and of whoever asks for others. */
  readonly bulkheads: BulkheadRegistry;
  /** The timeouts of the configured guards that have no options of their own for them. */
  readonly timeouts: AdaptiveTimeout;
  /** How everything stands now. */
  report(): ResilienceReport;
  /** The status page and, beside it, `sla.json`: for `http.createServer`, or mounted in a server of the application's. */
  readonly statusHandler: StatusHandler;
  /** Where the status page is served, such as `http://localhost:9465/`; `undefined` where it is not, and until it is. */
  readonly statusUrl: string | undefined;
  /**
   * Swaps objectives and guards while everything runs; what goes on keeps its counts. Other settings take effect with the
   * next start, and one that changed is told through `diag`.
   * @throws ConfigurationError listing every problem; everything stays as it was then.
   */
  apply(config: ResilienceConfig): void;
  /** Takes the guards off the clients, saves the state, exports the last metrics. Idempotent; never rejects. */
  shutdown(): Promise<void>;
}

/**
 * Wires what the configuration asks for.
 * @throws ConfigurationError listing every problem.
 */
export function createResilience(config: ResilienceConfig = {}): Resilience {
  return new Wired(checked(config));
}

class Wired implements Resilience {
  readonly spanProcessor: SlaSpanProcessor;
  readonly instrumentation: ResilienceInstrumentation;
  readonly #guards: ConfiguredGuards;
  readonly #clients: GuardedClients;
  readonly #state: StateFile | undefined;
  readonly #page = new StatusPage(() => this.report());
  readonly #server: StatusServer | undefined;
  #config: ResilienceConfig;
  #metricProducer: MetricProducer | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(config: ResilienceConfig) {
    const { openslo: _openslo, state, ...sla } = config.sla ?? {};
    this.#config = config;
    this.spanProcessor = new SlaSpanProcessor(sla);
    this.#guards = new ConfiguredGuards(providerOf(sla.meterProvider));
    this.#clients = new GuardedClients(this.#guards.rules);
    this.instrumentation = new ResilienceInstrumentation({
      processor: this.spanProcessor,
      recordAll: true,
      onAttached: () => this.#seekMeters(),
    });
    this.#state = state && new StateFile(this.sla, state);
    onMetersFound(this.spanProcessor, () => lookForMeters(this.#guards.metrics));
    this.#guard(config);
    this.#server = config.status && this.#serve(config.status);
  }

  get statusHandler(): StatusHandler {
    return this.#page.handle;
  }

  get statusUrl(): string | undefined {
    return this.#server?.url;
  }

  get sla(): SlaTracker {
    return this.spanProcessor.tracker;
  }

  get bulkheads(): BulkheadRegistry {
    return this.#guards.bulkheads;
  }

  get timeouts(): AdaptiveTimeout {
    return this.#guards.timeouts;
  }

  get metricProducer(): MetricProducer {
    return (this.#metricProducer ??= new JoinedProducer([
      this.spanProcessor.metricProducer,
      this.#guards.metrics.metricProducer,
    ]));
  }

  sampler(inner: Sampler): Sampler {
    return recordAll(inner);
  }

  report(): ResilienceReport {
    return {
      ...this.sla.report(),
      bulkheads: Object.values(this.bulkheads.snapshot()),
      timeouts: this.#guards.allTimeouts.flatMap((timeout) => timeout.snapshot().operations),
    };
  }

  apply(config: ResilienceConfig): void {
    const next = checked(config);
    if (this.#shutdown) return;
    replaceTargets(this.sla, next.sla?.objectives ?? []);
    this.#guard(next);
    const later = settingsThatWait(this.#config, next);
    this.#config = next;
    if (later.length > 0)
      diag.warn(`opentelemetry-resilience: changed, but not before the next start: ${later.join(', ')}`);
  }

  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#stop());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Now, as the SDK may be older than this and have its MeterProvider; and after what else it registers in the same go. */
  #seekMeters(): void {
    seekMeters(this.spanProcessor);
    queueMicrotask(() => seekMeters(this.spanProcessor));
  }

  #guard({ guards = [] }: ResilienceConfig): void {
    this.#guards.apply(guards);
    if (guards.length > 0) this.#clients.install();
    else this.#clients.remove();
  }

  #serve(status: NonNullable<ResilienceConfig['status']>): StatusServer {
    this.#page.remember();
    const { host = 'localhost', port } = status;
    return new StatusServer(this.#page.handle, status, (error) =>
      tell(
        `the status page cannot be served at ${host}:${port}: ${error.message}. The application runs on without it.`,
      ),
    );
  }

  async #stop(): Promise<void> {
    this.#server?.[Symbol.dispose]();
    this.#page[Symbol.dispose]();
    this.#clients.remove();
    this.instrumentation.disable();
    this.#state?.close();
    await Promise.all([this.#guards.shutdown(), this.spanProcessor.shutdown()]);
  }
}

function checked(config: ResilienceConfig): ResilienceConfig {
  const problems = checkConfig(config, 'code');
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

function providerOf(meterProvider: MeterProvider | undefined): { meterProvider?: MeterProvider } {
  return meterProvider === undefined ? {} : { meterProvider };
}

/** What cannot be swapped while everything runs. */
function settingsThatWait(before: ResilienceConfig, after: ResilienceConfig): string[] {
  const settings = ({ sla = {}, metrics, status, failures, watch }: ResilienceConfig): Map<string, unknown> => {
    const { objectives: _objectives, openslo: _openslo, ...rest } = sla;
    const named = Object.entries(rest).map(([key, value]) => [`sla.${key}`, value] as const);
    return new Map<string, unknown>([...named, ...Object.entries({ metrics, status, failures, watch })]);
  };
  const [old, now] = [settings(before), settings(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((key) => !isSame(old.get(key), now.get(key)));
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
