import type { SpanKindName } from './span-kind.ts';

/** One finished operation, as a user's own code may report it. */
export interface OperationRecord {
  service: string;
  /** Default: the service as a whole, under the name `unknown`. */
  operation?: string;
  /** Default `'server'`. */
  kind?: SpanKindName;
  success: boolean;
  /** Milliseconds, 0 to `maxDuration` of the options. */
  durationMillis: number;
  /** Milliseconds since the epoch. Default: now. */
  endTimeMillis?: number;
  traceId?: string;
  /** Whether the trace was sampled and so can be looked up. Default true. */
  sampled?: boolean;
}

/** Positions in {@link Reading.times}. */
export const END = 0;
export const DURATION = 1;

/**
 * What was read off one finished operation, in one reusable object: the numbers sit in a typed array so that passing them
 * on allocates nothing.
 */
export class Reading {
  service = '';
  operation = '';
  /** The span kind's number. */
  kind = 0;
  success = false;
  /** End time and duration in milliseconds. */
  readonly times: Float64Array = new Float64Array(2);
  traceId = '';
  sampled = false;
}
