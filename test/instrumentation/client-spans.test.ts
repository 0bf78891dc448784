import assert from 'node:assert/strict';
import { type Span, SpanKind, trace } from '@opentelemetry/api';
import { capturingSpan, type SpanSlot, takeLatestSpan } from '../../src/instrumentation/clients/client-spans.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { Traced } from '../support/traced.ts';

describe('the span that was started last', () => {
  let traced: Traced;

  beforeEach(() => {
    traced = new Traced(new SlaSpanProcessor());
    takeLatestSpan('');
  });
  afterEach(() => traced[Symbol.dispose]());

  const started = (name = 'query', kind = SpanKind.CLIENT): Span => trace.getTracer('pg').startSpan(name, { kind });

  it('is told once, to whoever knows by whom it was started', () => {
    started();
    assert.equal(takeLatestSpan('redis'), undefined);
    const span = started();
    assert.equal(takeLatestSpan('pg'), span);
    assert.equal(takeLatestSpan('pg'), undefined);
  });

  it('is none that has ended, or that calls nobody', () => {
    started().end();
    assert.equal(takeLatestSpan('pg'), undefined);
    started('internal', SpanKind.INTERNAL);
    assert.equal(takeLatestSpan('pg'), undefined);
  });

  it('is none of another request', async () => {
    const [own, others] = [started(), await traced.inSpan('request', () => started())];
    assert.notEqual(own, others);
    assert.equal(takeLatestSpan('pg'), undefined);
    await traced.inSpan('request', () => {
      const span = started();
      assert.equal(takeLatestSpan('pg'), span);
    });
  });

  it('is none that was started while a call was sent, which has it', () => {
    const slot: SpanSlot = { span: undefined };
    const [first] = capturingSpan(slot, () => [started(), started()]);
    assert.equal(slot.span, first);
    assert.equal(takeLatestSpan('pg'), undefined);
  });
});
