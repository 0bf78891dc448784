import type { Attributes } from '@opentelemetry/api';
import { BULKHEAD_STATES, type BulkheadState } from '../bulkhead/compartment.ts';
import { REJECTION_REASONS, type RejectionReason } from '../bulkhead/errors.ts';
import { CALL_OUTCOMES, type CallOutcome } from '../bulkhead/outcome.ts';
import type { TimeoutOutcome } from '../timeout/reading.ts';
import { ATTRIBUTE as KEY } from './names.ts';

/** The attribute sets of bulkheads of one name, built once. */
export class BulkheadAttributes {
  readonly name: Attributes;
  readonly outcomes: Readonly<Record<CallOutcome, Attributes>>;
  readonly rejections: Readonly<Record<RejectionReason, Attributes>>;
  readonly states: Readonly<Record<BulkheadState, Attributes>>;
  readonly #transitions = new Map<string, Attributes>();

  constructor(bulkhead: string) {
    const name = { [KEY.bulkhead]: bulkhead };
    this.name = Object.freeze(name);
    this.outcomes = each(CALL_OUTCOMES, (outcome) => ({ ...name, [KEY.guardOutcome]: outcome }));
    this.rejections = each(REJECTION_REASONS, (reason) => ({
      ...name,
      [KEY.guardOutcome]: 'rejected',
      [KEY.reason]: reason,
    }));
    this.states = each(BULKHEAD_STATES, (state) => ({ ...name, [KEY.state]: state }));
  }

  transition(from: BulkheadState, to: BulkheadState): Attributes {
    const key = `${from} ${to}`;
    let known = this.#transitions.get(key);
    if (!known)
      this.#transitions.set(key, (known = Object.freeze({ ...this.name, [KEY.stateFrom]: from, [KEY.stateTo]: to })));
    return known;
  }
}

/** What becomes of a call with a timeout; `rejected` where it was refused for want of time. */
export type GuardedOutcome = TimeoutOutcome | 'rejected';

export const GUARDED_OUTCOMES: readonly GuardedOutcome[] = [
  'success',
  'failure',
  'timeout',
  'cancelled',
  'rejected',
  'would_timeout',
];

/** The attribute sets of one guarded operation, built once. */
export class OperationAttributes {
  readonly name: Attributes;
  readonly outcomes: Readonly<Record<GuardedOutcome, Attributes>>;

  constructor(operation: string) {
    const name = { [KEY.guarded]: operation };
    this.name = Object.freeze(name);
    this.outcomes = each(GUARDED_OUTCOMES, (outcome) => ({ ...name, [KEY.guardOutcome]: outcome }));
  }
}

function each<K extends string>(keys: readonly K[], make: (key: K) => Attributes): Readonly<Record<K, Attributes>> {
  return Object.fromEntries(keys.map((key) => [key, Object.freeze(make(key))])) as Record<K, Attributes>;
}
