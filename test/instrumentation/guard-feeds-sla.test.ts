import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { AdaptiveTimeout } from '../../src/instrumentation/adaptive-timeout.ts';
import { Bulkhead } from '../../src/instrumentation/bulkhead.ts';
import { guard } from '../../src/instrumentation/guard.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { activeSignal, withDeadline } from '../../src/time/ambient.ts';
import { Traced } from '../support/traced.ts';

/** A request to the storefront, whose handler fails with what it calls. */
async function handle(call: () => Promise<unknown>): Promise<void> {
  await trace.getTracer('http').startActiveSpan('GET /checkout', { kind: SpanKind.SERVER }, async (span) => {
    try {
      await call();
    } catch {
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  });
}

/** A call to payment with a span of its own, as a client instrumentation that wraps the guard makes it. */
async function callPayment(work: () => Promise<unknown>): Promise<unknown> {
  const attributes = { 'peer.service': 'payment' };
  return trace.getTracer('client').startActiveSpan('POST', { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A storefront that calls payment, and what becomes of both in the SLA. */
describe('the SLA of guarded calls', () => {
  let sla: SlaSpanProcessor;
  let traced: Traced;

  beforeEach(() => {
    sla = new SlaSpanProcessor({ objectives: [{ metric: 'availability', target: 0.9, minEvents: 1 }] });
    traced = new Traced(sla);
  });

  afterEach(() => traced[Symbol.dispose]());

  /** Counted requests and failures of a service. */
  function counted(service: string): readonly [requests: number, failures: number] {
    const [report] = sla.tracker.report(service).services;
    return [report?.requests ?? 0, report?.failures ?? 0];
  }

  it('counts what payment answers for both', async () => {
    const charge = guard(async () => 'charged', { operation: 'charge', bulkhead: new Bulkhead({ name: 'payment' }) });
    await handle(() => callPayment(charge));
    assert.deepEqual(
      [counted('storefront'), counted('payment')],
      [
        [1, 0],
        [1, 0],
      ],
    );
  });

  it('blames the storefront, and not payment, for a call that a bulkhead rejected', async () => {
    const bulkhead = new Bulkhead({ name: 'payment' });
    bulkhead.isolate();
    const charge = guard(async () => 'charged', { operation: 'charge', bulkhead });
    await handle(() => callPayment(charge));
    assert.deepEqual(
      [counted('storefront'), counted('payment')],
      [
        [1, 1],
        [0, 0],
      ],
    );
    assert.equal(traced.eventsOf('POST')[0]?.name, 'bulkhead.rejected');
  });

  it('blames nobody where the storefront gets over the rejection', async () => {
    const bulkhead = new Bulkhead({ name: 'payment' });
    bulkhead.isolate();
    const charge = guard(async () => 'charged', { operation: 'charge', bulkhead });
    await handle(() => callPayment(charge).catch(() => 'pay later'));
    assert.deepEqual(
      [counted('storefront'), counted('payment')],
      [
        [1, 0],
        [0, 0],
      ],
    );
  });

  it('blames the storefront, and not payment, for a call that a deadline refused', async () => {
    const charge = guard(async () => 'charged', { operation: 'charge', timeout: new AdaptiveTimeout() });
    await handle(() => withDeadline(0, () => callPayment(charge)));
    assert.deepEqual(
      [counted('storefront'), counted('payment')],
      [
        [1, 1],
        [0, 0],
      ],
    );
    assert.equal(traced.eventsOf('POST')[0]?.name, 'deadline.exceeded');
  });

  it('blames both for a call that a timeout cut', async () => {
    const timeout = new AdaptiveTimeout({ watch: 0 });
    timeout.set('charge', 5);
    const charge = guard(() => new Promise(() => {}), { operation: 'charge', timeout });
    await handle(() => callPayment(charge));
    assert.deepEqual(
      [counted('storefront'), counted('payment')],
      [
        [1, 1],
        [1, 1],
      ],
    );
  });

  describe('whose spans fetch makes inside the guard', () => {
    let server: Server;
    let url: string;
    let instrumentation: UndiciInstrumentation;

    beforeEach(async () => {
      server = createServer((request, response) => {
        if (request.url === '/charge') response.end('charged');
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      instrumentation = new UndiciInstrumentation();
      instrumentation.setTracerProvider(trace.getTracerProvider());
      instrumentation.enable();
    });

    afterEach(async () => {
      instrumentation.disable();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });

    const get = (path: string): Promise<string> =>
      fetch(`${url}${path}`, { signal: activeSignal() ?? null }).then((response) => response.text());

    it('counts the call for the dependency, and the rejected one, which makes no span, for nobody', async () => {
      const bulkhead = new Bulkhead({ name: 'payment' });
      const charge = guard(get, { operation: 'charge', bulkhead, timeout: new AdaptiveTimeout() });
      await handle(() => charge('/charge'));
      bulkhead.isolate();
      await handle(() => charge('/charge'));
      assert.deepEqual(
        [counted('storefront'), counted(new URL(url).host)],
        [
          [2, 1],
          [1, 0],
        ],
      );
      assert.deepEqual(
        traced.eventsOf('GET /checkout').map(({ name }) => name),
        ['bulkhead.rejected', 'sla.violation', 'sla.breach'],
      );
    });

    it('blames the dependency for a call that hangs until the timeout aborts it', async () => {
      const timeout = new AdaptiveTimeout({ watch: 0 });
      timeout.set('hang', 30);
      const hang = guard(get, { operation: 'hang', bulkhead: new Bulkhead({ name: 'payment' }), timeout });
      await handle(() => hang('/hang'));
      assert.deepEqual(
        [counted('storefront'), counted(new URL(url).host)],
        [
          [1, 1],
          [1, 1],
        ],
      );
    });
  });
});
