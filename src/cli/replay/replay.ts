import { createReadStream } from 'node:fs';
import type { SlaSpanProcessor } from '../../instrumentation/sla-span-processor.ts';
import { wallClock } from '../../time/clock.ts';
import { jaegerSpans } from './jaeger.ts';
import { JsonElements, UnreadableJsonError } from './json-elements.ts';
import { otlpSpans } from './otlp.ts';
import { readable, type SpanRecord } from './recorded-span.ts';

const DAY = 86_400_000;

/** Event time as the clock: the latest end of a span so far. What lies in the future by a broken clock moves nothing. */
export class EventClock {
  #latestMillis = 0;
  readonly #mostMillis = wallClock() + DAY;

  readonly now = (): number => this.#latestMillis;

  reach(millis: number): void {
    if (millis > this.#latestMillis && millis <= this.#mostMillis) this.#latestMillis = millis;
  }
}

/** What stood in the files. */
export interface Replayed {
  spans: number;
  /** The first and the last end of a span, in milliseconds since the epoch; `NaN` without one. */
  fromMillis: number;
  toMillis: number;
}

/** What a replay works with. */
export interface ReplayParts {
  readonly processor: SlaSpanProcessor;
  readonly clock: EventClock;
  /** Hears how many bytes of the file were read. */
  readonly onProgress?: (bytes: number) => void;
}

/** Reads a file of spans through the processor. Memory holds one trace or batch at a time. @throws UnreadableJsonError */
export async function replayFile(file: string, into: Replayed, parts: ReplayParts): Promise<void> {
  const { onProgress } = parts;
  const elements = new JsonElements(['resourceSpans', 'data']);
  const decoder = new TextDecoder();
  const before = into.spans;
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const piece = chunk as Buffer;
    for (const element of elements.push(decoder.decode(piece, { stream: true }))) replayElement(element, into, parts);
    onProgress?.((bytes += piece.length));
  }
  elements.end();
  if (into.spans === before)
    throw new UnreadableJsonError('it has no spans: neither resourceSpans, as in OTLP, nor data, as in Jaeger JSON');
}

function replayElement(element: unknown, into: Replayed, { processor, clock }: ReplayParts): void {
  for (const record of spansOf(element)) {
    const endMillis = record.endTime[0] * 1e3 + record.endTime[1] / 1e6;
    clock.reach(endMillis);
    processor.onEnd(readable(record));
    into.spans++;
    if (!(into.fromMillis <= endMillis)) into.fromMillis = endMillis;
    if (!(into.toMillis >= endMillis)) into.toMillis = endMillis;
  }
}

/** A trace of Jaeger's has its spans at hand, a batch of OTLP has them by scope. */
function spansOf(element: unknown): Iterable<SpanRecord> {
  const isTrace = typeof element === 'object' && element !== null && 'spans' in element;
  return isTrace ? jaegerSpans(element) : otlpSpans(element);
}
