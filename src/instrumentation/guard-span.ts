import { type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { ATTRIBUTE as KEY, SCOPE } from '../telemetry/names.ts';

/** Runs a call in a span of its own, which tells how it ended. The span is internal: it is no request of any service. */
export function inGuardSpan<R>(operation: string, call: () => Promise<R>): Promise<R> {
  const attributes = { [KEY.guarded]: operation };
  return trace.getTracer(SCOPE).startActiveSpan(operation, { attributes }, async (span) => {
    try {
      return await call();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function fail(span: Span, error: unknown): void {
  const { code, name, message } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Record<'code' | 'name' | 'message', unknown>
  >;
  const type = [code, name].find((each) => typeof each === 'string' && each !== '') ?? '_OTHER';
  span.setAttribute('error.type', type as string);
  span.setStatus({ code: SpanStatusCode.ERROR, message: typeof message === 'string' ? message : String(error) });
}
