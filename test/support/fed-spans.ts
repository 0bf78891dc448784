import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import type { ReadableSpan } from '../../src/sla/span.ts';
import { NOW, span } from './spans.ts';

/** A processor whose clock stands still. */
export function processorOf(options: SlaOptions): SlaSpanProcessor {
  return new SlaSpanProcessor({ clock: () => NOW, ...options });
}

/** Ends so many spans, each of them as `of` says. */
export function feed(processor: SlaSpanProcessor, count: number, of: (index: number) => Partial<ReadableSpan>): void {
  const usual = span();
  for (let index = 0; index < count; index++) processor.onEnd({ ...usual, ...of(index) });
}

/** All requests of a metric, whatever their attributes. */
export function total(requests: Record<string, unknown>): number {
  return Object.values(requests).reduce<number>((sum, each) => sum + Number(each), 0);
}
