import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import type { ReadableSpan } from '../../src/sla/span.ts';
import type { Tallies } from '../../src/sla/tallies.ts';
import { ledgerOf, type SlaTracker } from '../../src/sla/tracker.ts';
import { NOW } from './spans.ts';

/** What a processor made of one span. */
export interface Verdict {
  /** Where the span counts; absent when it does not. */
  service?: string;
  kind?: string;
  operation?: string;
  /** `success` or `failure`, or why it does not count. */
  outcome: string;
}

/** The verdict of a fresh processor, whose clock stands at {@link NOW}, on one span. */
export function verdictOn(span: ReadableSpan, options: SlaOptions = {}): Verdict {
  const processor = new SlaSpanProcessor({ clock: () => NOW, ...options });
  processor.onEnd(span);
  const [report] = processor.tracker.report().services.filter(({ requests }) => requests > 0);
  if (report === undefined)
    return { outcome: Object.entries(talliesOf(processor.tracker)).find(([, count]) => count > 0)?.[0] ?? 'lost' };
  const { service, kind, failures, operations } = report;
  return {
    service,
    kind,
    operation: operations[0]?.operation ?? 'none',
    outcome: failures > 0 ? 'failure' : 'success',
  };
}

/** What became of every span, as the metrics tell it. */
export function talliesOf(tracker: SlaTracker): Tallies {
  return { ...ledgerOf(tracker).tallies };
}

/** How many spans the tallies tell of. */
export function sumOf(tallies: Tallies): number {
  return Object.values(tallies).reduce((sum, count) => sum + count, 0);
}
