/** What is sold at the shop of these tests in one day. */
import { only, type Readings } from '../readings.ts';

export const orders = (result: string): string =>
  `sla_requests{sla_operation="POST /orders",sla_result="${result}",sla_service="shop",span_kind="server"}`;
export const requests = (result: string): string =>
  `sla_requests{sla_operation="GET",sla_result="${result}",sla_service="shop",span_kind="server"}`;
const events = (outcome: string): string =>
  `sla_events{sla_objective="availability",sla_outcome="${outcome}",sla_service="shop"}`;

/** Every order of the day. */
export const soldByHand: Readings = {
  [orders('success')]: 2,
  [orders('failure')]: 1,
  [events('good')]: 2,
  [events('bad')]: 1,
};
/** And every request over HTTP. */
export const soldOverHttp: Readings = {
  ...soldByHand,
  [requests('success')]: 2,
  [requests('failure')]: 1,
  [events('good')]: 4,
  [events('bad')]: 2,
};

/** What the metrics say of the shop. */
export function soldAt(readings: Readings): Readings {
  const own = Object.entries(only(readings, 'sla_requests', 'sla_events'));
  return Object.fromEntries(own.filter(([series]) => series.includes('sla_service="shop"')));
}

/** The names of spans: so many orders, and so many requests, each at the client and at the server. */
export function sold(ordersMade: number, requestsMade: number): string[] {
  return [...Array<string>(requestsMade).fill('GET'), ...Array<string>(ordersMade).fill('POST /orders')];
}
