import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import { SlaSpanProcessor } from 'opentelemetry-resilience';
import { takeComplaints } from './clean-slate.ts';
import { OtlpReceiver, type ReceivedLog } from './otlp-receiver.ts';
import * as sdk from './sdk.ts';
import { objectives, request } from './shop.ts';

const resource = sdk.resourceFromAttributes({ 'service.name': 'shop' });
const warning = {
  eventName: 'sla.breach',
  severityNumber: 13,
  severityText: 'WARN',
};
const records: ReceivedLog[] = [
  {
    ...warning,
    body: "shop: objective 'availability' is broken: 0 attained, 0.97 promised",
    attributes: {
      'sla.service': 'shop',
      'sla.objective': 'availability',
      'sla.metric': 'availability',
      'sla.window': '30d',
    },
  },
  {
    ...warning,
    body: "shop POST /orders: objective 'latency' is broken: 0 attained, 0.95 promised",
    attributes: {
      'sla.service': 'shop',
      'sla.objective': 'latency',
      'sla.metric': 'response_time',
      'sla.window': '30d',
    },
  },
];
const refusal =
  'opentelemetry-resilience: events as log records need @opentelemetry/api 1.10 or later; none are written. ' +
  "Use events: 'span', or upgrade";

for (const events of ['log', 'both'] as const) {
  describe(`events: '${events}'`, () => {
    let backend: OtlpReceiver;

    beforeEach(async () => {
      backend = await OtlpReceiver.start();
    });

    afterEach(async () => {
      await backend.stop();
    });

    const what = sdk.hasLogs
      ? 'arrives at the backend as a log record for each promise that is broken'
      : 'says once that this API has no logs';
    it(what, async () => {
      const exporter = sdk.batch(new sdk.OTLPTraceExporter({ url: backend.url('traces') }));
      const node = new sdk.NodeSDK({
        resource,
        spanProcessors: [new SlaSpanProcessor({ objectives, events }), exporter],
        metricReaders: [],
        logRecordProcessors: sdk.logProcessors(backend.url('logs')),
      });
      node.start();
      // Breaks two promises: the availability of the shop and the latency of its orders.
      for (let count = 0; count < 10; count++) request(trace.getTracer('shop'), 'POST /orders', { status: 500 });
      await node.shutdown();
      assert.deepEqual(backend.logs, sdk.hasLogs ? records : []);
      assert.deepEqual(takeComplaints(), sdk.hasLogs ? [] : [refusal]);
      const violations = backend.spans.flatMap((span) => span.events).filter(({ name }) => name === 'sla.violation');
      assert.equal(violations.length, events === 'both' ? 20 : 0);
    });
  });
}
