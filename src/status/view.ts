import type { BulkheadSnapshot } from '../bulkhead/reading.ts';
import type { ObjectiveReport, ServiceReport, SlaReport } from '../sla/report.ts';
import type { OperationReading } from '../timeout/reading.ts';

/** What the status page shows; as JSON it is `/sla.json`. */
export interface StatusView extends SlaReport {
  readonly bulkheads: readonly BulkheadSnapshot[];
  readonly timeouts: readonly OperationReading[];
}

/** An objective with the service, or the operation of it, that it is about. */
export interface Pledge {
  readonly part: ServiceReport;
  readonly objective: ObjectiveReport;
}

/** The service's own objectives, then those of its operations. */
export function pledgesOf(service: ServiceReport): Pledge[] {
  return [service, ...service.operations].flatMap((part) => part.objectives.map((objective) => ({ part, objective })));
}
