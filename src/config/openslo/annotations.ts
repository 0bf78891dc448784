import { parseDuration } from '../../time/duration.ts';
import { SPAN_KINDS, type SpanKindName } from '../../sla/span-kind.ts';
import type { OpenSloDocument, OpenSloKind, Path } from './documents.ts';
import type { Findings, Subject } from './findings.ts';

/** Every annotation of ours begins so. */
const PREFIX = 'opentelemetry-resilience/';

/**
 * The annotations that say how an SLO is kept from spans, by what they say. They stand in `metadata.annotations` of an SLO
 * or of its SLI; the SLO's count first. `service` may stand on a Service too.
 */
export const OPENSLO_ANNOTATIONS: Readonly<
  Record<'metric' | 'service' | 'operation' | 'kind' | 'threshold' | 'valueUnit', string>
> = {
  metric: `${PREFIX}metric`,
  service: `${PREFIX}service`,
  operation: `${PREFIX}operation`,
  kind: `${PREFIX}kind`,
  threshold: `${PREFIX}threshold`,
  valueUnit: `${PREFIX}value-unit`,
};

export type AnnotationName = keyof typeof OPENSLO_ANNOTATIONS;

/** What an SLO is kept as; `none` leaves it out. */
export type AnnotatedMetric = 'availability' | 'error_rate' | 'response_time' | 'throughput' | 'none';

/** The length of a unit of time in milliseconds, for `value` of a response time. */
const TIME_UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };
/** The length in seconds of the time that `value` of a throughput counts in. */
const RATE_UNITS: Readonly<Record<string, number>> = { '1/s': 1, '1/m': 60, '1/h': 3_600 };
const METRICS: readonly AnnotatedMetric[] = ['availability', 'error_rate', 'response_time', 'throughput', 'none'];
const NAMES = Object.keys(OPENSLO_ANNOTATIONS) as AnnotationName[];
const ALLOWED_ON: Partial<Record<OpenSloKind, readonly AnnotationName[]>> = {
  SLO: NAMES,
  SLI: NAMES,
  Service: ['service'],
};

/** A document, or a part of one, that may have annotations. */
export interface Annotated {
  readonly subject: Subject;
  /** Where its metadata stand in the subject's document. */
  readonly path: Path;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/** What the annotations around one SLO say, and where each of them stands. */
export class SpanAnnotations {
  readonly #found: Map<AnnotationName, { value: string; subject: Subject; path: Path }> = new Map();
  readonly #findings: Findings;

  /** @param sources - what counts first comes first. */
  constructor(sources: readonly Annotated[], findings: Findings) {
    this.#findings = findings;
    for (const { subject, path, annotations = {} } of sources) {
      for (const name of NAMES) {
        const key = OPENSLO_ANNOTATIONS[name];
        const value = annotations[key];
        if (value !== undefined && !this.#found.has(name))
          this.#found.set(name, { value, subject, path: [...path, 'annotations', key] });
      }
    }
  }

  has(name: AnnotationName): boolean {
    return this.#found.has(name);
  }

  text(name: 'service' | 'operation'): string | undefined {
    return this.#found.get(name)?.value;
  }

  get metric(): AnnotatedMetric | undefined {
    return this.#read('metric', (value) => METRICS.find((each) => each === value), `one of ${METRICS.join(', ')}`);
  }

  get kinds(): SpanKindName[] | undefined {
    const kinds = (value: string): SpanKindName[] | undefined => {
      const given = value.split(',').map((each) => SPAN_KINDS.find((kind) => kind === each.trim()));
      return given.includes(undefined) ? undefined : (given as SpanKindName[]);
    };
    return this.#read('kind', kinds, `one or more of ${SPAN_KINDS.join(', ')}, with commas between them`);
  }

  get thresholdMillis(): number | undefined {
    return this.#read('threshold', (value) => parseDuration(value) || undefined, "a duration over 0 such as '300ms'");
  }

  /** How many milliseconds one unit of `value` is. */
  get timeUnitMillis(): number | undefined {
    return this.#read('valueUnit', (value) => TIME_UNITS[value], `one of ${Object.keys(TIME_UNITS).join(', ')}`);
  }

  /** Over how many seconds `value` counts requests. */
  get rateUnitSeconds(): number | undefined {
    return this.#read('valueUnit', (value) => RATE_UNITS[value], `one of ${Object.keys(RATE_UNITS).join(', ')}`);
  }

  /** Refuses an annotation. */
  refuse(name: AnnotationName, allowed: string): void {
    const { subject, path, value } = this.#found.get(name)!;
    this.#findings.problem(subject, path, value, allowed);
  }

  #read<T>(name: AnnotationName, parse: (value: string) => T | undefined, allowed: string): T | undefined {
    const found = this.#found.get(name);
    const parsed = found && parse(found.value);
    if (found && parsed === undefined) this.refuse(name, allowed);
    return parsed;
  }
}

/** Refuses what has our prefix and is none of ours, or stands where it says nothing. */
export function checkAnnotations(document: OpenSloDocument, findings: Findings): void {
  const parts: [Path, Readonly<Record<string, string>> | undefined, readonly AnnotationName[]][] = [
    [['metadata'], document.metadata.annotations, ALLOWED_ON[document.kind] ?? []],
  ];
  if (document.kind === 'SLO' && document.spec.indicator)
    parts.push([['spec', 'indicator', 'metadata'], document.spec.indicator.metadata.annotations, NAMES]);
  for (const [path, annotations = {}, allowed] of parts) {
    const known = allowed.map((name) => OPENSLO_ANNOTATIONS[name]);
    const unknown = Object.keys(annotations).filter((key) => key.startsWith(PREFIX) && !known.includes(key));
    for (const key of unknown) {
      const instead = known.length === 0 ? `a ${document.kind} has none of ours` : `ours here are ${known.join(', ')}`;
      findings.problem(document, [...path, 'annotations', key], annotations[key], `no such annotation; ${instead}`);
    }
  }
}
