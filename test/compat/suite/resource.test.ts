import assert from 'node:assert/strict';
import { SlaSpanProcessor } from 'opentelemetry-resilience';
import * as sdk from './sdk.ts';
import { objectives, request } from './shop.ts';

describe('a resource whose attributes are still being found out', () => {
  it('already names the service where the name itself is known', () => {
    const sla = new SlaSpanProcessor({ objectives });
    const never = new Promise<string>(() => undefined);
    const resource = sdk.resourceFromAttributes({ 'service.name': 'shop', 'host.id': never });
    const tracer = new sdk.TracerProvider({ resource, spanProcessors: [sla] }).getTracer('shop');
    request(tracer);
    assert.deepEqual(requests(sla), { shop: 1, payment: 0 });
  });

  it('names the service as soon as the name is known', async () => {
    const sla = new SlaSpanProcessor({ objectives });
    const resource = sdk.resourceFromAttributes({ 'service.name': Promise.resolve('shop') });
    const tracer = new sdk.TracerProvider({ resource, spanProcessors: [sla] }).getTracer('shop');
    request(tracer);
    await resource.waitForAsyncAttributes?.();
    request(tracer);
    request(tracer);
    assert.deepEqual(requests(sla), { unknown: 1, shop: 2, payment: 0 });
  });
});

function requests(sla: SlaSpanProcessor): Record<string, number> {
  return Object.fromEntries(sla.tracker.report().services.map((each) => [each.service, each.requests]));
}
