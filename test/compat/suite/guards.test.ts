import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { activeSignal, AdaptiveTimeout, Bulkhead, guard, GuardMetrics, withDeadline } from 'opentelemetry-resilience';
import { OtlpReceiver } from './otlp-receiver.ts';
import { only } from './readings.ts';
import * as sdk from './sdk.ts';

const resource = sdk.resourceFromAttributes({ 'service.name': 'shop' });
const never = { exportIntervalMillis: 86_400_000 };

/** Three calls to payment, each in a span of its own: one that succeeds, one that hangs, one that is rejected. */
async function trade(bulkhead: Bulkhead, timeout: AdaptiveTimeout): Promise<unknown[]> {
  const charge = guard(
    async (millis: number) => {
      await sleep(millis, undefined, { signal: activeSignal() });
      return 'charged';
    },
    { operation: 'charge', bulkhead, timeout },
  );
  const call = (name: string, millis: number): Promise<unknown> =>
    trace.getTracer('shop').startActiveSpan(name, async (span) => {
      const result = await charge(millis).catch((error: { code: string }) => error.code);
      span.end();
      return result;
    });
  const results = [await call('quick', 0), await call('hanging', 60_000)];
  bulkhead.isolate();
  results.push(await call('rejected', 0));
  return results;
}

describe('guards', () => {
  let backend: OtlpReceiver;

  beforeEach(async () => {
    backend = await OtlpReceiver.start();
  });

  afterEach(async () => {
    await backend.stop();
  });

  for (const { way, withProducer } of [
    { way: 'through metricProducers', withProducer: true },
    { way: 'through the MeterProvider that is registered', withProducer: false },
  ]) {
    it(`tell the spans of their calls, and have metrics ${way}`, async () => {
      const bulkhead = new Bulkhead({ name: 'payment' });
      const timeout = new AdaptiveTimeout({ watch: 0 });
      timeout.set('charge', '50ms');
      const guards = new GuardMetrics({ bulkheads: [bulkhead], timeouts: [timeout] });
      const spans = sdk.simple(new sdk.OTLPTraceExporter({ url: backend.url('traces') }));
      const reader = new sdk.PeriodicExportingMetricReader({
        exporter: new sdk.OTLPMetricExporter({ url: backend.url('metrics') }),
        metricProducers: withProducer ? [guards.metricProducer] : [],
        ...never,
      });
      const node = new sdk.NodeSDK({
        resource,
        spanProcessors: [spans],
        metricReaders: [reader],
        logRecordProcessors: [],
      });
      node.start();
      assert.deepEqual(await trade(bulkhead, timeout), ['charged', 'OPERATION_TIMEOUT', 'BULKHEAD_REJECTED']);
      await spans.forceFlush();
      await node.shutdown();
      const events = backend.spans.map(({ name, events: of }) => [name, ...of.map((event) => event.name)]);
      assert.deepEqual(events, [['quick'], ['hanging', 'timeout.exceeded'], ['rejected', 'bulkhead.rejected']]);
      const readings = only(
        backend.latest,
        'resilience_bulkhead_calls',
        'resilience_bulkhead_state',
        'resilience_timeout_limit',
        'resilience_bulkhead_run_duration_count',
      );
      const seen = Object.entries(readings).filter(([, value]) => value !== 0);
      const histogram = [['resilience_bulkhead_run_duration_count{resilience_bulkhead_name="payment"}', 2]] as const;
      assert.deepEqual(Object.fromEntries(seen), {
        'resilience_bulkhead_calls{resilience_bulkhead_name="payment",resilience_outcome="success"}': 1,
        'resilience_bulkhead_calls{resilience_bulkhead_name="payment",resilience_outcome="timeout"}': 1,
        'resilience_bulkhead_calls{resilience_bulkhead_name="payment",resilience_outcome="rejected",resilience_reason="isolated"}': 1,
        'resilience_bulkhead_state{resilience_bulkhead_name="payment",resilience_state="isolated"}': 1,
        'resilience_timeout_limit{resilience_operation="charge"}': 0.05,
        ...(withProducer && Object.fromEntries(histogram)),
      });
    });
  }

  it('keep the deadline across awaits, with the context manager that the SDK registers', async () => {
    const node = new sdk.NodeSDK({ resource, spanProcessors: [], metricReaders: [], logRecordProcessors: [] });
    node.start();
    const hang = guard(() => sleep(60_000, undefined, { signal: activeSignal() }), { operation: 'hang' });
    const call = withDeadline(30, async () => {
      await nextTurn();
      return hang();
    });
    await assert.rejects(call, { code: 'DEADLINE_EXCEEDED' });
    await node.shutdown();
  });
});
