/**
 * Bulkheads: keep one failing dependency from sinking the rest. Each dependency gets a compartment of its own: so many calls
 * at once, so many waiting, the rest rejected at once; when too many fail it lets in fewer, then none, and comes back step by
 * step. Put one around every call that leaves the process.
 *
 * ```ts
 * import { Bulkhead } from 'opentelemetry-resilience/bulkhead';
 *
 * const payment = new Bulkhead({ name: 'payment', maxConcurrent: 20, maxQueue: 50, queueTimeout: '200ms' });
 * const response = await payment.run(({ signal }) => fetch('https://payment.example/charge', { signal }), { timeout: '2s' });
 * ```
 *
 * The slot is held until the work really ends, also where the caller was answered before; queued work runs in the async
 * context of its own caller. {@link BulkheadRejectedError} says why a call was not let in.
 *
 * @packageDocumentation
 */
export { Bulkhead, type BulkheadResult } from './bulkhead.ts';
export { BulkheadRegistry, type BulkheadRegistryOptions, REGISTRY_DEFAULTS } from './registry.ts';
export { BulkheadRejectedError, BulkheadTimeoutError, type Rejection, type RejectionReason } from './errors.ts';
export { BULKHEAD_DEFAULTS, type AcquireOptions, type BulkheadOptions, type RunOptions } from './options.ts';
export { Permit } from './permit.ts';
export type { BulkheadState } from './compartment.ts';
export type { CallContext } from './call.ts';
export type { CallCounts, TransitionCount } from './tally.ts';
export type { CallOutcome } from './outcome.ts';
export type { BulkheadTransition } from './events.ts';
export type { BulkheadSnapshot } from './reading.ts';
export type { Work } from './passage.ts';
export type { Duration } from '../time/duration.ts';
export type { Clock } from '../time/clock.ts';
export { ConfigurationError, ResilienceError, type ConfigurationProblem } from '../errors.ts';
