import type { Attributes } from '@opentelemetry/api';
import type { RequestSeries } from '../sla/request-series.ts';
import { SPAN_KINDS } from '../sla/span-kind.ts';
import type { TrackedObjective } from '../sla/tracked-objective.ts';
import { ATTRIBUTE as KEY } from './names.ts';

/** The attribute sets of one series, built once. */
export class SeriesAttributes {
  readonly request: Attributes;
  readonly success: Attributes;
  readonly failure: Attributes;
  readonly #quantiles = new Map<number, Attributes>();

  constructor({ service, operation, kind }: RequestSeries) {
    this.request = Object.freeze({ [KEY.service]: service, [KEY.operation]: operation, [KEY.kind]: SPAN_KINDS[kind]! });
    this.success = Object.freeze({ ...this.request, [KEY.slaResult]: 'success' });
    this.failure = Object.freeze({ ...this.request, [KEY.slaResult]: 'failure' });
  }

  quantile(ratio: number): Attributes {
    return remember(this.#quantiles, ratio, () => ({ ...this.request, [KEY.quantile]: String(ratio) }));
  }
}

/** The attribute sets of one objective, built once. */
export class ObjectiveAttributes {
  /** With its metric and window. */
  readonly whole: Attributes;
  readonly status: Attributes;
  readonly violations: Attributes;
  readonly good: Attributes;
  readonly bad: Attributes;
  readonly #windows = new Map<string, Attributes>();

  constructor({ service, name, objective }: TrackedObjective) {
    this.status = Object.freeze({ [KEY.service]: service, [KEY.objective]: name });
    this.violations = Object.freeze({ ...this.status, [KEY.metric]: objective.metric });
    this.whole = Object.freeze({ ...this.violations, [KEY.window]: objective.window });
    this.good = Object.freeze({ ...this.status, [KEY.outcome]: 'good' });
    this.bad = Object.freeze({ ...this.status, [KEY.outcome]: 'bad' });
  }

  window(label: string): Attributes {
    return remember(this.#windows, label, () => ({ ...this.status, [KEY.window]: label }));
  }
}

function remember<K>(known: Map<K, Attributes>, key: K, make: () => Attributes): Attributes {
  const found = known.get(key);
  if (found) return found;
  const made = Object.freeze(make());
  known.set(key, made);
  return made;
}
