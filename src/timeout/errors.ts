import { ResilienceError } from '../errors.ts';

/** A call took longer than its operation may. `code` is `OPERATION_TIMEOUT`. The work may still be running. */
export class OperationTimeoutError extends ResilienceError {
  readonly operation: string;
  /** What the call was given, in milliseconds. */
  readonly timeoutMillis: number;
  /** How long the caller waited, in milliseconds; over the timeout where the event loop was busy. */
  readonly elapsedMillis: number;

  constructor(operation: string, timeoutMillis: number, elapsedMillis: number) {
    super('OPERATION_TIMEOUT', `${operation}: no answer within ${Number(timeoutMillis.toFixed(3))} ms`);
    this.operation = operation;
    this.timeoutMillis = timeoutMillis;
    this.elapsedMillis = elapsedMillis;
  }
}
