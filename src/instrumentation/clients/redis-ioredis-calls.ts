import type { CallOrder } from './call-order.ts';
import { RedisCall } from './redis-call.ts';
import { unwellReply } from './redis-failure.ts';
import type { IORedisAnswered, IORedisCommand, IORedisPipeline } from './redis-ioredis-client.ts';

/** What `ioredis` answers by calling it. Its caller may be answered by us before that. */
abstract class IORedisCall extends RedisCall {
  readonly #answered: IORedisAnswered;
  #isAnsweredByUs = false;

  constructor(order: CallOrder, answered: IORedisAnswered) {
    super(order);
    this.#answered = answered;
  }

  /** Hands it to the client. */
  protected abstract hand(): void;
  /** What an answer says against the server, if anything. */
  protected abstract failureIn(result: unknown): Error | undefined;

  protected transmit(): void {
    const answered = this.#answered;
    const resolve = answered.resolve.bind(answered);
    const reject = answered.reject.bind(answered);
    answered.resolve = (result) => {
      this.ended(this.failureIn(result));
      resolve(result);
    };
    answered.reject = (error) => {
      if (!this.#isAnsweredByUs) this.ended(error);
      reject(error);
    };
    try {
      this.hand();
    } catch (error) {
      answered.reject(error as Error);
    }
  }

  protected answer(error: Error): void {
    const answered = this.#answered;
    this.#isAnsweredByUs = true;
    answered.reject(error);
    if (!this.isSent) return;
    // Whoever wrapped these has heard of the end.
    answered.resolve = (result) => this.ended(this.failureIn(result));
    answered.reject = (late) => this.ended(late);
  }
}

/** One command. */
export class IORedisCommandCall extends IORedisCall {
  readonly #command: IORedisCommand;
  #result: unknown;
  #isTaken = false;
  readonly #send: () => unknown;
  readonly #onEnd: () => void;

  constructor(order: CallOrder, command: IORedisCommand, send: () => unknown, onEnd: () => void) {
    super(order, command);
    this.#command = command;
    this.#send = send;
    this.#onEnd = onEnd;
  }

  /** What the client gives its caller, or will. */
  takeResult(): unknown {
    this.#isTaken = true;
    return this.#result ?? this.#command.promise;
  }

  protected hand(): void {
    const result = this.#send();
    if (!this.#isTaken) this.#result = result;
    else if (result !== this.#command.promise) Promise.resolve(result).catch(() => undefined);
  }

  protected failureIn(): undefined {
    return undefined;
  }

  protected override ended(error?: unknown): void {
    this.#onEnd();
    super.ended(error);
  }
}

/** A pipeline, or a transaction that is sent as one. */
export class IORedisPipelineCall extends IORedisCall {
  readonly #pipeline: IORedisPipeline;
  readonly #exec: () => Promise<unknown>;

  constructor(order: CallOrder, pipeline: IORedisPipeline, exec: () => Promise<unknown>) {
    super(order, pipeline);
    this.#pipeline = pipeline;
    this.#exec = exec;
  }

  protected hand(): void {
    const result = this.#exec();
    if (result !== this.#pipeline.promise) result.catch(() => undefined);
  }

  protected failureIn(results: unknown): Error | undefined {
    return unwellReply(results);
  }

  protected override answer(error: Error): void {
    super.answer(error);
    if (this.isSent) return;
    const pipeline = this.#pipeline;
    const { _queue: commands } = pipeline;
    for (const command of commands) command.reject(error);
    // With nothing to send it does no more than to see that its callback hears of the error.
    Object.assign(pipeline, { _queue: [] });
    void this.#exec();
    Object.assign(pipeline, { _queue: commands });
  }
}
