import type { BulkheadSnapshot, BulkheadState, OperationReading, ResilienceReport } from 'opentelemetry-resilience';

type Colour = 'bold' | 'green' | 'yellow' | 'red';

const colours: Record<BulkheadState, Colour> = {
  healthy: 'green',
  degraded: 'yellow',
  isolated: 'red',
  recovering: 'yellow',
};

/** A line for each compartment and each learned timeout of a process; none where nothing is guarded. */
export function renderGuards(
  process: string,
  { bulkheads, timeouts }: ResilienceReport,
  paint: (colour: Colour, text: string) => string,
): string[] {
  if (bulkheads.length + timeouts.length === 0) return [];
  return [
    '',
    paint('bold', `guards of ${process}`),
    ...bulkheads.map((bulkhead) => renderBulkhead(bulkhead, paint)),
    ...timeouts.map(renderTimeout),
  ];
}

function renderBulkhead(
  { name, state, inFlight, capacity, queued, failures, calls }: BulkheadSnapshot,
  paint: (colour: Colour, text: string) => string,
): string {
  const rejected = Object.values(calls.rejected).reduce((sum, count) => sum + count, 0);
  const figures = `${inFlight} of ${capacity} slots, ${queued} waiting, ${failures} failures a minute, ${rejected} rejected`;
  return `  ${`bulkhead ${name}`.padEnd(37)}${paint(colours[state], state.padEnd(11))}${figures}`;
}

function renderTimeout({ operation, limitMillis, medianMillis, calls }: OperationReading): string {
  const median = medianMillis === undefined ? '-' : `${Math.round(medianMillis)} ms`;
  const name = `timeout ${operation}`.padEnd(37);
  return `  ${name}${`${Math.round(limitMillis)} ms`.padEnd(11)}median ${median}, ${calls.would_timeout} would have been cut`;
}
