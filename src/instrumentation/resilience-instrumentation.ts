import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { SCOPE } from '../telemetry/names.ts';
import { whenDelegated } from './attach-watch.ts';
import { attachProcessor, type AttachableProcessor, type AttachResult } from './attach.ts';
import { whyNoProvider } from './attach-reason.ts';
import { patience } from './patience.ts';
import { tell } from './tell.ts';
import { VERSION } from './version.ts';

/** How long an SDK may take from registering its instrumentations to registering its TracerProvider. */
const PATIENCE_MILLIS = 10_000;

export interface ResilienceInstrumentationOptions {
  /** What is added to the SDK's span processors. */
  readonly processor: AttachableProcessor;
  /** Whether spans that the sampler drops are recorded too, so that the processor sees every one. */
  readonly recordAll: boolean;
  /** Called when the processor has been added. Default: nobody. */
  readonly onAttached?: () => void;
  /** Called with the SDK's MeterProvider, where the SDK tells its instrumentations of it. Default: nobody. */
  readonly onMeterProvider?: (provider: MeterProvider) => void;
}

/** What the SDK configures in every instrumentation. */
export interface ResilienceInstrumentationConfig {
  /** Default `true`. */
  enabled?: boolean;
}

/**
 * Has the form of an OpenTelemetry Instrumentation, for `instrumentations: [...]` of `NodeSDK` and of
 * `registerInstrumentations`, on both SDK lines. Adds a span processor to the SDK's TracerProvider as soon as there is
 * one; what else is configured there, exporters from the environment too, stays. Where that cannot be done, it says so
 * once.
 */
export class ResilienceInstrumentation {
  readonly instrumentationName: string = SCOPE;
  readonly instrumentationVersion: string = VERSION;
  readonly #options: ResilienceInstrumentationOptions;
  #config: ResilienceInstrumentationConfig = { enabled: true };
  #provider: object | undefined;
  #waits: Disposable[] = [];
  #result: AttachResult | undefined;
  #isTold = false;

  constructor(options: ResilienceInstrumentationOptions) {
    this.#options = options;
  }

  /** What came of it; `undefined` while there is no TracerProvider. */
  get result(): AttachResult | undefined {
    return this.#result;
  }

  /** Called by the SDK, with the API's proxy and before there is anything behind it: that is waited for. */
  setTracerProvider(provider: TracerProvider): void {
    this.#provider = provider;
    if (this.#config.enabled !== false) this.#wait(provider);
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#options.onMeterProvider?.(provider);
  }

  setConfig(config: ResilienceInstrumentationConfig): void {
    this.#config = { enabled: true, ...config };
  }

  getConfig(): ResilienceInstrumentationConfig {
    return this.#config;
  }

  enable(): void {
    this.#config = { ...this.#config, enabled: true };
    if (this.#provider !== undefined) this.#wait(this.#provider);
  }

  /** Takes the span processor out again. */
  disable(): void {
    this.#config = { ...this.#config, enabled: false };
    this.#stopWaiting();
    if (this.#result?.attached) this.#result.detach();
    this.#result = undefined;
  }

  #wait(provider: object): void {
    this.#stopWaiting();
    if (this.#result?.attached) this.#result.detach();
    this.#result = undefined;
    try {
      const delegated = whenDelegated(provider, (delegate) => this.#attach(delegate));
      if (this.#isWaiting)
        this.#waits = [delegated, patience(PATIENCE_MILLIS, () => this.#tell(whyNoProvider(process.env)))];
    } catch (error) {
      this.#tell(String(error));
    }
  }

  get #isWaiting(): boolean {
    return this.#result === undefined;
  }

  #attach(provider: object): void {
    this.#stopWaiting();
    const { processor, recordAll, onAttached } = this.#options;
    this.#result = attachProcessor(provider, processor, { recordAll });
    if (this.#result.attached) onAttached?.();
    else this.#tell(this.#result.reason);
  }

  #tell(reason: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    tell(`no requests are counted, for ${reason}.`);
  }

  #stopWaiting(): void {
    for (const wait of this.#waits.splice(0)) wait[Symbol.dispose]();
  }
}
