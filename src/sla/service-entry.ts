import type { RequestSeries } from './request-series.ts';
import { SPAN_KINDS } from './span-kind.ts';
import type { TrackedObjective } from './tracked-objective.ts';

/** One service: its series by kind and operation, and its objectives by name. */
export class ServiceEntry {
  readonly name: string;
  /** Whether this process serves it: its calls to itself then count at the server side only. */
  own = false;
  /** By span kind number. */
  readonly kinds: (Map<string, RequestSeries> | undefined)[] = SPAN_KINDS.map(() => undefined);
  objectives: Map<string, TrackedObjective> = new Map();

  constructor(name: string) {
    this.name = name;
  }

  *series(): Generator<RequestSeries> {
    for (const operations of this.kinds) if (operations) yield* operations.values();
  }
}
