/**
 * What a compartment is, and all it can become. `healthy` and `degraded` differ in capacity, `isolated` lets nobody in
 * until a moment, `recovering` lets in as many as have proved well so far, doubled.
 */
export type CompartmentState =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'degraded' }
  | {
      readonly kind: 'isolated';
      /** The moment from which the first probe may enter, by the clock. */
      readonly until: number;
      /** How many times in a row it was isolated, this time included. */
      readonly attempt: number;
    }
  | {
      readonly kind: 'recovering';
      /** How many probes may be under way at once. */
      readonly capacity: number;
      readonly attempt: number;
    };

/** The name of what a compartment is. */
export type BulkheadState = 'healthy' | 'degraded' | 'isolated' | 'recovering';

/** Every state, the best first. */
export const BULKHEAD_STATES: readonly BulkheadState[] = ['healthy', 'degraded', 'isolated', 'recovering'];

/** What can happen to a compartment. `failures` are those in the window, the one that is told included. */
export type CompartmentEvent =
  | { readonly kind: 'failed'; readonly failures: number }
  | { readonly kind: 'succeeded' }
  /** Time has passed, or a call is at the door. */
  | { readonly kind: 'looked'; readonly failures: number }
  | { readonly kind: 'isolated_by_hand' }
  | { readonly kind: 'reset_by_hand' };

/** The numbers by which a compartment decides. */
export interface CompartmentPolicy {
  readonly maxConcurrent: number;
  readonly failureThreshold: number;
  readonly isolationThreshold: number;
  readonly recoveryMillis: number;
  readonly degradedRatio: number;
}

export const HEALTHY: CompartmentState = Object.freeze({ kind: 'healthy' });
const DEGRADED: CompartmentState = Object.freeze({ kind: 'degraded' });
const LONGEST_RECOVERY = 8;

/** The state after an event at `now`: the very same object where nothing changes. */
export function next(
  state: CompartmentState,
  event: CompartmentEvent,
  now: number,
  policy: CompartmentPolicy,
): CompartmentState {
  if (event.kind === 'reset_by_hand') return HEALTHY;
  if (event.kind === 'isolated_by_hand') return isolated(now, 1, policy);
  switch (state.kind) {
    case 'healthy':
      return event.kind === 'failed' ? judged(state, event.failures, now, policy) : state;
    case 'degraded':
      if (event.kind === 'failed') return judged(state, event.failures, now, policy);
      return event.kind === 'looked' && event.failures <= policy.failureThreshold / 2 ? HEALTHY : state;
    case 'isolated':
      return now >= state.until ? { kind: 'recovering', capacity: 1, attempt: state.attempt } : state;
    case 'recovering':
      if (event.kind === 'failed') return isolated(now, state.attempt + 1, policy);
      return event.kind === 'succeeded' ? ramped(state, policy) : state;
  }
}

/** How many calls may run at once in a state. */
export function capacityOf(state: CompartmentState, policy: CompartmentPolicy): number {
  switch (state.kind) {
    case 'healthy':
      return policy.maxConcurrent;
    case 'degraded':
      // 100 * 0.29 is a hair under 29.
      return Math.max(1, Math.floor(policy.maxConcurrent * policy.degradedRatio + 1e-9));
    case 'isolated':
      return 0;
    case 'recovering':
      return Math.min(state.capacity, policy.maxConcurrent);
  }
}

function judged(state: CompartmentState, failures: number, now: number, policy: CompartmentPolicy): CompartmentState {
  if (failures >= policy.isolationThreshold) return isolated(now, 1, policy);
  return failures >= policy.failureThreshold ? DEGRADED : state;
}

function isolated(now: number, attempt: number, policy: CompartmentPolicy): CompartmentState {
  const factor = Math.min(2 ** (attempt - 1), LONGEST_RECOVERY);
  return { kind: 'isolated', until: now + policy.recoveryMillis * factor, attempt };
}

function ramped(state: Extract<CompartmentState, { kind: 'recovering' }>, policy: CompartmentPolicy): CompartmentState {
  const capacity = state.capacity * 2;
  return capacity >= policy.maxConcurrent ? HEALTHY : { ...state, capacity };
}
