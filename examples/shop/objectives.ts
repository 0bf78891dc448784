import type { Objective } from 'opentelemetry-resilience';

export const serviceNames = ['storefront', 'inventory', 'payment'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Short, so that a breach heals while you watch. In production: '30d'. */
const window = '10m';

/** What each process promises, and what it expects of the services it calls. */
const objectives: Record<ServiceName, Objective[]> = {
  storefront: [
    {
      name: 'orders-availability',
      service: 'storefront',
      operation: 'POST /orders',
      metric: 'availability',
      target: 0.995,
      window,
    },
    {
      name: 'orders-latency',
      service: 'storefront',
      operation: 'POST /orders',
      metric: 'response_time',
      target: '250ms',
      percentile: 0.95,
      window,
    },
    // In nine of ten slices of 5 s, at least 5 requests a second.
    {
      name: 'traffic',
      service: 'storefront',
      kind: 'server',
      metric: 'throughput',
      target: 5,
      slice: '5s',
      sliceRatio: 0.9,
      minEvents: 2,
      window,
    },
    // Payment as its caller lives it: the network and the wait are in these figures, in payment's own they are not.
    {
      name: 'caller-availability',
      service: 'payment',
      kind: 'client',
      metric: 'availability',
      target: 0.995,
      window,
    },
    {
      name: 'caller-latency',
      service: 'payment',
      kind: 'client',
      metric: 'response_time',
      target: '200ms',
      window,
    },
  ],
  inventory: [{ name: 'errors', service: 'inventory', metric: 'error_rate', target: 0.01, window }],
  payment: [
    { name: 'availability', service: 'payment', metric: 'availability', target: 0.995, window },
    { name: 'latency', service: 'payment', metric: 'response_time', target: '200ms', window },
  ],
};

export function isServiceName(name: string | undefined): name is ServiceName {
  return serviceNames.some((known) => known === name);
}

/** Empty for a service the shop does not know: it is still measured, nothing is promised. */
export function objectivesOf(service: string | undefined): Objective[] {
  return isServiceName(service) ? objectives[service] : [];
}
