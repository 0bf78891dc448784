import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { TracerProvider } from '@opentelemetry/api';
import type { ResilienceConfig } from '../config/config.ts';
import { isReachable } from '../instrumentation/api-slot.ts';
import { whenTracerProvider } from '../instrumentation/attach-watch.ts';
import { whyNoProvider } from '../instrumentation/attach-reason.ts';
import { patience } from '../instrumentation/patience.ts';
import { tell } from '../instrumentation/tell.ts';
import { createResilience, type Resilience } from '../resilience.ts';
import { heard, setLogger } from './logger.ts';
import { openPrometheusEndpoint, prometheusPackages } from './prometheus-endpoint.ts';
import { withoutScrapes } from './scrapes.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** After so long without an SDK it is worth a word. One that comes later is noticed all the same. */
const PATIENCE_MILLIS = 10_000;

/**
 * Wires what the configuration asks for, and adds it to the SDK as soon as one is registered.
 * @throws ConfigurationError listing every problem.
 */
export function start(config: ResilienceConfig, env: Environment): Resilience {
  const resilience = heard(() => createResilience(withoutCode(config, env)));
  const open = endpoint(config, resilience);
  const waiting = patience(PATIENCE_MILLIS, () => {
    // A worker thread that nobody instruments misses nothing.
    if (isMainThread) tell(`no requests are counted, for ${whyNoProvider(env)}.`);
    open(undefined);
  });
  whenTracerProvider((provider) => {
    waiting[Symbol.dispose]();
    resilience.instrumentation.setTracerProvider(provider as TracerProvider);
    if (!isReachable())
      tell(
        'spans are counted, but neither metrics nor events leave: the application registers its SDK through an older ' +
          '@opentelemetry/api than the one that this package loads. Let npm install one copy: npm ls @opentelemetry/api.',
      );
    // What the SDK and the application register in the same go is there by then.
    queueMicrotask(() => {
      setLogger(env);
      open(provider);
    });
  });
  return resilience;
}

/** Metrics leave on ordinary instruments, as nobody gives the SDK our producer. Files and ports are the main thread's. */
export function withoutCode({ sla, status, ...config }: ResilienceConfig, env: Environment): ResilienceConfig {
  const { state, ...options } = sla ?? {};
  const wired = { ...config, sla: { durationHistogram: 'instrument' as const, ...withoutScrapes(env), ...options } };
  if (!isMainThread) return wired;
  return {
    ...wired,
    ...(status !== undefined && { status }),
    sla: { ...wired.sla, ...(state !== undefined && { state }) },
  };
}

/** Opens the Prometheus endpoint that is asked for, with the resource of the tracer provider. */
function endpoint({ metrics }: ResilienceConfig, resilience: Resilience): (provider: object | undefined) => void {
  const asked = isMainThread ? metrics?.prometheus : undefined;
  const [, program] = process.argv;
  const packages = asked && prometheusPackages([...(program === undefined ? [] : [dirname(program)]), process.cwd()]);
  return (provider) => {
    const { _resource: resource } = (provider ?? {}) as { _resource?: unknown };
    if (asked && packages) openPrometheusEndpoint(packages, asked, () => resilience.metricProducer, resource);
  };
}
