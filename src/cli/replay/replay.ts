import { createReadStream } from 'node:fs';
import { SlaSpanProcessor } from '../../instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../sla/options.ts';
import { SlaTracker } from '../../sla/tracker.ts';
import { wallClock } from '../../time/clock.ts';
import { jaegerSpans } from './jaeger.ts';
import { JsonElements, UnreadableJsonError } from './json-elements.ts';
import { otlpSpans } from './otlp.ts';
import { readable, type SpanRecord } from './recorded-span.ts';

const DAY = 86_400_000;

/**
 * Spans of files through the very processor that counts in a process, with their own time as the clock: the latest end of
 * a span so far. What lies in the future by a broken clock does not move it.
 */
export class Replay {
  spans = 0;
  readonly #options: SlaOptions;
  readonly #mostMillis = wallClock() + DAY;
  #processor: SlaSpanProcessor | undefined;
  #fromMillis: number = NaN;
  #nowMillis = 0;

  /** @throws ConfigurationError listing everything that is wrong with the options. */
  constructor(options: SlaOptions) {
    this.#options = { ...options, events: 'none', clock: () => this.#nowMillis };
    // What is wrong with them shows before a file is read.
    void new SlaTracker(this.#options);
  }

  /** From the first to the last end of a span, in milliseconds since the epoch; `undefined` without one. */
  get period(): { readonly fromMillis: number; readonly toMillis: number } | undefined {
    return this.spans === 0 ? undefined : { fromMillis: this.#fromMillis, toMillis: this.#nowMillis };
  }

  /** What the spans amount to; `undefined` without one. */
  get tracker(): SlaTracker | undefined {
    return this.#processor?.tracker;
  }

  /**
   * Reads a file of spans; memory holds one trace or batch at a time.
   * @param onProgress - hears how many bytes were read.
   * @throws UnreadableJsonError, and what reading a file throws.
   */
  async read(file: string, onProgress?: (bytes: number) => void): Promise<void> {
    const elements = new JsonElements(['resourceSpans', 'data']);
    const decoder = new TextDecoder();
    const before = this.spans;
    let bytes = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      const piece = chunk as Buffer;
      for (const element of elements.push(decoder.decode(piece, { stream: true })))
        for (const record of spansOf(element)) this.#count(record);
      onProgress?.((bytes += piece.length));
    }
    elements.end();
    if (this.spans === before)
      throw new UnreadableJsonError('it has no spans: neither resourceSpans, as in OTLP, nor data, as in Jaeger JSON');
  }

  #count(record: SpanRecord): void {
    const endMillis = record.endTime[0] * 1e3 + record.endTime[1] / 1e6;
    if (endMillis <= this.#mostMillis) {
      this.#nowMillis = Math.max(this.#nowMillis, endMillis);
      if (!(this.#fromMillis <= endMillis)) this.#fromMillis = endMillis;
    }
    // Made with the first span, so that it observes from then on.
    (this.#processor ??= new SlaSpanProcessor(this.#options)).onEnd(readable(record));
    this.spans++;
  }
}

/** A trace of Jaeger's has its spans at hand, a batch of OTLP has them by scope. */
function spansOf(element: unknown): Iterable<SpanRecord> {
  const isTrace = typeof element === 'object' && element !== null && 'spans' in element;
  return isTrace ? jaegerSpans(element) : otlpSpans(element);
}
