import { activeSignal, AdaptiveTimeout, Bulkhead, guard, GuardMetrics } from 'opentelemetry-resilience';
import type { BulkheadSnapshot, TimeoutSnapshot } from 'opentelemetry-resilience';

/** How the guards of a process stand. */
export interface GuardReport {
  readonly bulkheads: readonly BulkheadSnapshot[];
  readonly timeouts: TimeoutSnapshot;
}

/** A failing payment keeps at most twenty orders waiting; when it fails often, ten, and when it is down, none. */
const payment = new Bulkhead({
  name: 'payment',
  maxConcurrent: 20,
  maxQueue: 20,
  queueTimeout: '200ms',
  failureThreshold: 5,
  isolationThreshold: 60,
  recoveryTime: '5s',
});
/** It only looks on here, so that no charge is cut that payment carries out all the same; in earnest: `'enforce'`. */
const timeouts = new AdaptiveTimeout({ mode: 'observe', initial: '2s', max: '2s' });

export const guardMetrics: GuardMetrics = new GuardMetrics();

/** Puts a call to payment behind its compartment and its timeout. The call gets the signal to pass on. */
export function guardPayment<A extends unknown[], R>(
  operation: string,
  call: (signal: AbortSignal | undefined, ...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  guardMetrics.add(payment);
  guardMetrics.add(timeouts);
  return guard((...args: A) => call(activeSignal(), ...args), { operation, bulkhead: payment, timeout: timeouts });
}

/** Only where there is something to tell: the other services guard nothing. */
export function guardReport(): GuardReport | undefined {
  const snapshot = timeouts.snapshot();
  return snapshot.operations.length === 0 ? undefined : { bulkheads: [payment.snapshot()], timeouts: snapshot };
}
