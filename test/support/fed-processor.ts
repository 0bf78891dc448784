import type { Attributes } from '@opentelemetry/api';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import { endingSpan, NOW, type SpanParts } from './spans.ts';

interface Written {
  name: string;
  attributes: Attributes;
}

/** A processor whose clock is moved by the spans it is fed. */
export class Fed {
  readonly processor: SlaSpanProcessor;
  #now = NOW;

  constructor(options: SlaOptions) {
    this.processor = new SlaSpanProcessor({ clock: () => this.#now, ...options });
  }

  /** Ends a span so much later, and gives the events written on it and its attributes. */
  end(parts: SpanParts = {}, laterMillis = 0): { events: Written[]; attributes: Attributes } {
    this.#now += laterMillis;
    const ending = endingSpan({ endMillis: this.#now, ...parts });
    this.processor.onEnding(ending);
    this.processor.onEnd(ending);
    return { events: ending.written, attributes: ending.attributes };
  }

  /** The names of the events of each of these spans. */
  names(...spans: readonly (readonly [parts: SpanParts, laterMillis?: number])[]): string[] {
    return spans.map(([parts, later]) =>
      this.end(parts, later)
        .events.map(({ name }) => name.replace('sla.', ''))
        .join(' '),
    );
  }
}
