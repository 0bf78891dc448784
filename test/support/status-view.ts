import { AdaptiveTimeout } from '../../src/timeout/adaptive-timeout.ts';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';
import type { StatusView } from '../../src/status/view.ts';

/** A view with something of everything, in which every name is the given one. */
export function viewOf(name = 'shop'): StatusView {
  const service = name === '' ? 'unnamed' : name;
  const tracker = new SlaTracker({
    objectives: [
      { metric: 'availability', target: 0.99 },
      { operation: service.replace(/[*?]/g, '.'), name: `of ${service}`, metric: 'response_time', target: '100ms' },
      { metric: 'throughput', target: 1, slice: '5s' },
    ],
    clock: () => 1_800_000_000_000,
  });
  for (let count = 0; count < 40; count++)
    tracker.record({ service, operation: service, success: count % 10 !== 0, durationMillis: 3 * count });
  tracker.record({
    service: `peer of ${service}`,
    operation: service,
    kind: 'client',
    success: true,
    durationMillis: 1_234,
  });
  const bulkhead = new Bulkhead({ name: service.slice(0, 200), clock: () => 0 });
  bulkhead.isolate();
  const timeouts = new AdaptiveTimeout({ clock: () => 0 });
  timeouts.record(service, 40);
  return { ...tracker.report(), bulkheads: [bulkhead.snapshot()], timeouts: timeouts.snapshot().operations };
}
