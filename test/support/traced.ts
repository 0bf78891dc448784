import { type Attributes, context, type SpanOptions, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** An SDK as an application registers it: contexts across awaits, and finished spans in memory. To be disposed. */
export class Traced implements Disposable {
  readonly #exporter = new InMemorySpanExporter();

  constructor(...processors: SpanProcessor[]) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const resource = resourceFromAttributes({ 'service.name': 'storefront' });
    const spanProcessors = [...processors, new SimpleSpanProcessor(this.#exporter)];
    trace.setGlobalTracerProvider(new BasicTracerProvider({ resource, spanProcessors }));
  }

  get spans(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  /** The events of the finished spans of that name. */
  eventsOf(name: string): { name: string; attributes: Attributes }[] {
    const events = this.spans.filter((span) => span.name === name).flatMap((span) => span.events);
    return events.map(({ name: event, attributes = {} }) => ({ name: event, attributes }));
  }

  /** Runs `fn` in an active span, which ends when what it gives has settled. */
  async inSpan<T>(name: string, fn: () => T | PromiseLike<T>, options: SpanOptions = {}): Promise<T> {
    return trace.getTracer('test').startActiveSpan(name, options, async (span) => {
      try {
        return await fn();
      } finally {
        span.end();
      }
    });
  }

  [Symbol.dispose](): void {
    context.disable();
    trace.disable();
  }
}
