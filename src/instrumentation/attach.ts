/**
 * Adds a span processor to a TracerProvider that runs already. OpenTelemetry JS has no public way to do so since 2.0, so
 * this knows private fields of the SDK, looks at each before it relies on it, and afterwards whether it took.
 */
import { recordAll } from '../sla/sampler.ts';
import type { Sampler } from '../sla/span.ts';
import { SCOPE } from '../telemetry/names.ts';

/** What is added: a SpanProcessor of either SDK line. */
export interface AttachableProcessor {
  onStart(span: unknown, parentContext: unknown): void;
  onEnd(span: never): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface AttachOptions {
  /** Whether spans that the sampler drops are recorded too, not exported, so that the processor sees every one. */
  readonly recordAll: boolean;
}

/** What came of it. */
export type AttachResult =
  | {
      readonly attached: true;
      /** To what, and how it samples now. */
      readonly how: string;
      /** Takes the processor out again, and gives the sampler back. */
      readonly detach: () => void;
    }
  | {
      readonly attached: false;
      /** Why not, and what to do about it. */
      readonly reason: string;
    };

// The private names, from SDK 2.0 to 3.1.
/** Of a TracerProvider: all its processors behind one. */
const ACTIVE = '_activeSpanProcessor';
/** Of that one: the processors. */
const LIST = '_spanProcessors';
/** Of a TracerProvider: what later tracers take their sampler from. */
const OPTIONS = '_tracerOptions';
/** The same until 2.8. */
const OLD_OPTIONS = '_config';
/** Of a TracerProvider: the tracers it has made. */
const TRACERS = '_tracers';
/** Of a tracer, and of every span that has begun: the processor that stands before all. */
const PROCESSOR = '_spanProcessor';
/** Of a tracer: its own sampler. */
const SAMPLER = '_sampler';

interface SdkParts {
  readonly provider: { getTracer(name: string): unknown };
  readonly active: { [LIST]: readonly object[] };
  readonly options: { sampler: Sampler };
  readonly tracers: ReadonlyMap<unknown, { [SAMPLER]: Sampler }>;
}

const BY_HAND =
  'Give the parts to the SDK by hand instead: spanProcessors: [yours, resilience.spanProcessor], sampler: resilience.sampler(yours)';

/**
 * Adds `processor` to those of the provider, whose exporters stay. Spans that have begun are seen too, if they are
 * recorded. Adding it twice adds it once. Never throws.
 *
 * @param provider - a TracerProvider of SDK 2.x or 3.x, or the API's proxy of one.
 */
export function attachProcessor(
  provider: unknown,
  processor: AttachableProcessor,
  options: AttachOptions,
): AttachResult {
  const undo: (() => void)[] = [];
  const detach = (): void => {
    for (const step of undo.splice(0).toReversed()) step();
  };
  const refused = (reason: string): AttachResult => {
    detach();
    return { attached: false, reason };
  };
  try {
    const parts = sdkParts(behindProxies(provider));
    if (typeof parts === 'string') return refused(parts);
    if (parts.active[LIST].some((each) => each !== processor && isOurs(each)))
      return refused(
        'its TracerProvider has an SlaSpanProcessor already, and two would count every request twice. Keep one of them',
      );
    undo.push(addFirst(parts.active, processor));
    if (options.recordAll) undo.push(recordEverything(parts));
    const trouble = troubleAfter(parts, processor, options);
    if (trouble !== undefined) return refused(trouble);
    return { attached: true, how: `${parts.provider.constructor.name}, ${String(parts.options.sampler)}`, detach };
  } catch (error) {
    return refused(`its TracerProvider could not be changed: ${String(error)}. ${BY_HAND}`);
  }
}

/** The API hands out a proxy that leads to the provider. */
function behindProxies(provider: unknown): object {
  let each = provider as { getDelegate?: () => unknown };
  for (let depth = 0; depth < 5 && typeof each?.getDelegate === 'function'; depth++)
    each = each.getDelegate() as typeof each;
  if (typeof each !== 'object' || each === null) throw new TypeError(`expected a TracerProvider, got ${typeof each}`);
  return each;
}

/** The parts, or a sentence that says why they are not to be had. */
function sdkParts(provider: object): SdkParts | string {
  const known = provider as SdkParts['provider'] & {
    readonly [ACTIVE]?: SdkParts['active'];
    readonly [OPTIONS]?: SdkParts['options'];
    readonly [OLD_OPTIONS]?: SdkParts['options'];
    readonly [TRACERS]?: SdkParts['tracers'];
  };
  const { [ACTIVE]: active, [TRACERS]: tracers } = known;
  const options = known[OPTIONS] ?? known[OLD_OPTIONS];
  if (active && Array.isArray(active[LIST]) && tracers instanceof Map && options?.sampler?.shouldSample)
    return { provider: known, active, options, tracers };
  const name = provider.constructor.name;
  if (name === 'NoopTracerProvider') return 'no TracerProvider is registered. Start the SDK first';
  if ('addSpanProcessor' in provider)
    return `its ${name} is of SDK 1.x, whose spans this package does not read. Upgrade to @opentelemetry/sdk-* 2.x or 3.x`;
  return `its ${name} is not built as the TracerProviders of SDK 2.x and 3.x that this version knows. ${BY_HAND}`;
}

/**
 * In front, so that spans are seen as they ended, whatever other processors then do to them. Into a new array: the
 * present one may be the application's own, and may be being walked through.
 */
function addFirst(active: SdkParts['active'], processor: object): () => void {
  if (active[LIST].includes(processor)) return () => undefined;
  active[LIST] = [processor, ...active[LIST]];
  return () => {
    active[LIST] = active[LIST].filter((each) => each !== processor);
  };
}

/** Every tracer keeps the sampler that the provider had when the tracer was made. */
function recordEverything({ options, tracers }: SdkParts): () => void {
  const inner = options.sampler;
  if (recordsAll(inner)) return () => undefined;
  const outer = recordAll(inner);
  const swap = (from: Sampler, to: Sampler): void => {
    if (options.sampler === from) options.sampler = to;
    for (const tracer of tracers.values()) if (tracer[SAMPLER] === from) tracer[SAMPLER] = to;
  };
  swap(inner, outer);
  return () => swap(outer, inner);
}

/** Looks at tracers as the application is given them. */
function troubleAfter(
  { provider, active, tracers }: SdkParts,
  processor: object,
  options: AttachOptions,
): string | undefined {
  const tracer = provider.getTracer(SCOPE) as { [SAMPLER]?: Sampler; [PROCESSOR]?: unknown };
  if (tracer[PROCESSOR] !== active || !active[LIST].includes(processor))
    return `its tracers do not reach the processors of their provider. ${BY_HAND}`;
  if (options.recordAll && ![tracer, ...tracers.values()].every((each) => recordsAll(each[SAMPLER])))
    return `its tracers do not take the sampler of their provider. ${BY_HAND}`;
  return undefined;
}

/** By what it has: a processor of another copy of this package is one too. */
function isOurs(processor: object): boolean {
  return 'tracker' in processor && 'metricProducer' in processor && 'onEnding' in processor;
}

function recordsAll(sampler: Sampler | undefined): boolean {
  return String(sampler).startsWith('RecordAll{');
}
