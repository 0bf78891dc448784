import { type Context, type HrTime, ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import type { Objective } from 'opentelemetry-resilience';
import type { Readings } from './readings.ts';

export const objectives: Objective[] = [
  { name: 'availability', service: 'shop', metric: 'availability', target: 0.97 },
  // Not one of the usual bounds of a duration histogram.
  { name: 'latency', service: 'shop', operation: 'POST /orders', metric: 'response_time', target: '320ms' },
  { name: 'payments', service: 'payment', kind: 'client', metric: 'error_rate', target: 0.01 },
];

/** Ends one request of the shop just now, after exactly so many milliseconds. */
export function request(
  tracer: Tracer,
  operation = 'POST /orders',
  { status = 200, millis = 20, parent = ROOT_CONTEXT, endedAt = Date.now() }: RequestOptions = {},
): void {
  const [method = '', route = ''] = operation.split(' ');
  const attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status };
  const startTime = hrTime(endedAt - millis);
  tracer.startSpan(operation, { kind: SpanKind.SERVER, startTime, attributes }, parent).end(hrTime(endedAt));
}

interface RequestOptions {
  status?: number;
  millis?: number;
  parent?: Context;
  endedAt?: number;
}

/** One call of the shop to its payment provider. */
export function charge(tracer: Tracer, status: number): void {
  const now = Date.now();
  const attributes = { 'http.request.method': 'POST', 'peer.service': 'payment', 'http.response.status_code': status };
  tracer
    .startSpan('POST', { kind: SpanKind.CLIENT, startTime: hrTime(now - 40), attributes }, ROOT_CONTEXT)
    .end(hrTime(now));
}

/** One day at the shop. */
export function trade(tracer: Tracer): void {
  for (let count = 0; count < 69; count++) request(tracer, 'GET /products/:sku', { millis: 5 });
  for (let count = 0; count < 15; count++) request(tracer);
  for (let count = 0; count < 3; count++) request(tracer, 'POST /orders', { millis: 400 });
  for (let count = 0; count < 2; count++) request(tracer, 'POST /orders', { status: 503 });
  request(tracer, 'GET /products/:sku', { status: 404, millis: 5 });
  for (const status of [200, 200, 200, 200, 429]) charge(tracer, status);
  tracer.startSpan('count the money', {}, ROOT_CONTEXT).end();
}

/** What follows from that day: every figure that does not depend on when one looks. */
export const figures: Readings = {
  'sla_requests{sla_operation="GET /products/:sku",sla_result="failure",sla_service="shop",span_kind="server"}': 0,
  'sla_requests{sla_operation="GET /products/:sku",sla_result="success",sla_service="shop",span_kind="server"}': 70,
  'sla_requests{sla_operation="POST /orders",sla_result="failure",sla_service="shop",span_kind="server"}': 2,
  'sla_requests{sla_operation="POST /orders",sla_result="success",sla_service="shop",span_kind="server"}': 18,
  'sla_requests{sla_operation="POST",sla_result="failure",sla_service="payment",span_kind="client"}': 1,
  'sla_requests{sla_operation="POST",sla_result="success",sla_service="payment",span_kind="client"}': 4,
  'sla_events{sla_objective="availability",sla_outcome="bad",sla_service="shop"}': 2,
  'sla_events{sla_objective="availability",sla_outcome="good",sla_service="shop"}': 88,
  'sla_events{sla_objective="latency",sla_outcome="bad",sla_service="shop"}': 5,
  'sla_events{sla_objective="latency",sla_outcome="good",sla_service="shop"}': 15,
  'sla_events{sla_objective="payments",sla_outcome="bad",sla_service="payment"}': 1,
  'sla_events{sla_objective="payments",sla_outcome="good",sla_service="payment"}': 4,
  'sla_target_ratio{sla_metric="availability",sla_objective="availability",sla_service="shop",sla_window="30d"}': 0.97,
  'sla_target_ratio{sla_metric="response_time",sla_objective="latency",sla_service="shop",sla_window="30d"}': 0.95,
  'sla_target_ratio{sla_metric="error_rate",sla_objective="payments",sla_service="payment",sla_window="30d"}': 0.99,
  'sla_compliance_ratio{sla_metric="availability",sla_objective="availability",sla_service="shop",sla_window="30d"}':
    88 / 90,
  'sla_compliance_ratio{sla_metric="response_time",sla_objective="latency",sla_service="shop",sla_window="30d"}': 0.75,
  'sla_compliance_ratio{sla_metric="error_rate",sla_objective="payments",sla_service="payment",sla_window="30d"}': 0.8,
  'sla_status{sla_objective="availability",sla_service="shop"}': 0,
  'sla_status{sla_objective="latency",sla_service="shop"}': 2,
  'sla_violations{sla_metric="availability",sla_objective="availability",sla_service="shop"}': 0,
  'sla_violations{sla_metric="response_time",sla_objective="latency",sla_service="shop"}': 1,
  'sla_violations{sla_metric="error_rate",sla_objective="payments",sla_service="payment"}': 0,
  'resilience_processor_spans{resilience_result="counted"}': 95,
  'resilience_processor_spans{resilience_result="failed"}': 0,
  'resilience_processor_spans{resilience_result="ignored"}': 1,
  'resilience_processor_spans{resilience_result="invalid"}': 0,
  'resilience_processor_spans{resilience_result="late"}': 0,
  'resilience_processor_spans{resilience_result="overflow"}': 0,
  resilience_processor_series: 3,
};

/** The metrics that {@link figures} holds. */
export const figureNames: string[] = [...new Set(Object.keys(figures).map((series) => series.split('{', 1)[0] ?? ''))];

const orders = 'sla_operation="POST /orders",sla_service="shop",span_kind="server"';

/** The duration histogram of 'POST /orders': the objective's 320 ms is one of its bounds. */
export const orderDurations: Readings = {
  ...Object.fromEntries([0.005, 0.01].map((bound) => [`sla_duration_bucket{le="${bound}",${orders}}`, 0])),
  ...Object.fromEntries(
    [0.025, 0.05, 0.075, 0.1, 0.25, 0.32].map((bound) => [`sla_duration_bucket{le="${bound}",${orders}}`, 17]),
  ),
  ...Object.fromEntries(
    [0.5, 0.75, 1, 2.5, 5, 7.5, 10, '+Inf'].map((bound) => [`sla_duration_bucket{le="${bound}",${orders}}`, 20]),
  ),
  [`sla_duration_count{${orders}}`]: 20,
  [`sla_duration_sum{${orders}}`]: 1.54,
};

/** In nanoseconds, so that no rounding of the SDK's moves a duration. */
function hrTime(millis: number): HrTime {
  return [Math.floor(millis / 1000), (millis % 1000) * 1e6];
}
