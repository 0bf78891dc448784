/** What became of a call. */
export type TimeoutOutcome = 'success' | 'failure' | 'timeout' | 'cancelled' | 'would_timeout';

/** Everything that is counted of one operation. The counters only grow while the operation is known. */
export interface OperationReading {
  readonly operation: string;
  /** Since when it is counted, by the clock of the timeout. */
  readonly sinceMillis: number;
  /** Finished calls by outcome. */
  readonly calls: Readonly<Record<TimeoutOutcome, number>>;
  /** Calls refused before they started, for too little of the deadline was left. */
  readonly refused: number;
  /** Calls whose work ended after it had been given up on. */
  readonly late: number;
  /** Cut calls that are being followed in the background. */
  readonly watched: number;
  /** What a call of the operation may take now. */
  readonly limitMillis: number;
  /** Whether {@link OperationReading.limitMillis} was set by hand. */
  readonly pinned: boolean;
  /** The median of the calls that complete; `undefined` until enough is known. */
  readonly medianMillis: number | undefined;
  /** The share of calls that never complete, as far as watching told. */
  readonly stalledRatio: number;
}

/** What a timeout holds. Frozen. */
export interface TimeoutSnapshot {
  readonly mode: 'enforce' | 'observe';
  readonly maxOperations: number;
  readonly operations: readonly OperationReading[];
  /** Operations that left because the table was full. */
  readonly evicted: number;
  /** Listeners that threw. */
  readonly failed: number;
  /** Bytes held by counters. */
  readonly memoryBytes: number;
}
