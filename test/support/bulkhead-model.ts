import type { BulkheadState } from '../../src/bulkhead/compartment.ts';

/** The numbers of the bulkhead that the model is compared with. All its moments are whole seconds, but for the queue's. */
export const MODELLED = {
  maxConcurrent: 4,
  maxQueue: 3,
  queueTimeout: 4_500,
  failureThreshold: 3,
  isolationThreshold: 5,
  failureWindow: 60_000,
  recoveryTime: 10_000,
  degradedRatio: 0.5,
} as const;

/** One call, as it should stand. */
export interface ModelCall {
  readonly priority: number;
  readonly waitsUntil: number;
  /** It was made with a signal. */
  readonly isAbortable: boolean;
  stage: 'waiting' | 'running' | 'gone';
  /** `'done'`, `'failed'`, `'aborted'`, or the reason of its rejection. */
  answer: string | undefined;
  generation: number;
}

/** What a bulkhead should do, by the shortest way to say it: lists that are searched, and every moment looked at. */
export class BulkheadModel {
  now = 0;
  max: number = MODELLED.maxConcurrent;
  state: BulkheadState = 'healthy';
  readonly calls: ModelCall[] = [];
  #until = 0;
  #attempt = 0;
  #ramp = 0;
  #generation = 0;
  #failures: number[] = [];

  get running(): ModelCall[] {
    return this.calls.filter(({ stage }) => stage === 'running');
  }

  get waiting(): ModelCall[] {
    return this.calls.filter(({ stage }) => stage === 'waiting');
  }

  /** Those whose caller waits for an answer. */
  get open(): ModelCall[] {
    return this.calls.filter(({ answer }) => answer === undefined);
  }

  get overrun(): number {
    return this.running.filter(({ answer }) => answer !== undefined).length;
  }

  /** Those of the window, which is counted in whole seconds. */
  get failures(): number {
    return this.#failures.filter((at) => at > this.now - MODELLED.failureWindow).length;
  }

  get capacity(): number {
    if (this.state === 'isolated') return 0;
    if (this.state === 'recovering') return Math.min(this.#ramp, this.max);
    return this.state === 'degraded' ? Math.max(1, Math.floor(this.max / 2)) : this.max;
  }

  run(priority = 0, isAbortable = false): void {
    const call: ModelCall = {
      priority,
      isAbortable,
      waitsUntil: this.now + MODELLED.queueTimeout,
      stage: 'gone',
      answer: undefined,
      generation: this.#generation,
    };
    const probes = this.open.filter(({ stage, generation }) => stage === 'running' && generation === this.#generation);
    this.calls.push(call);
    if (this.state === 'isolated') call.answer = 'isolated';
    else if (this.state === 'recovering') {
      if (probes.length < this.capacity && this.running.length < this.max) call.stage = 'running';
      else call.answer = 'recovering';
    } else if (this.running.length < this.capacity && this.waiting.length === 0) call.stage = 'running';
    else if (this.waiting.length < MODELLED.maxQueue) call.stage = 'waiting';
    else call.answer = 'full';
  }

  end(call: ModelCall, answer: 'done' | 'failed'): void {
    call.stage = 'gone';
    if (call.answer === undefined) {
      call.answer = answer;
      if (call.generation === this.#generation) this.#judge(answer);
    }
    this.#grant();
  }

  abort(call: ModelCall): void {
    call.answer = 'aborted';
    if (call.stage === 'waiting') call.stage = 'gone';
  }

  resize(max: number): void {
    this.max = max;
    this.#grant();
  }

  isolate(): void {
    this.#isolate(1);
  }

  reset(): void {
    this.#generation++;
    this.#becomeHealthy();
  }

  pass(seconds: number): void {
    for (let half = 0; half < seconds * 2; half++) {
      this.now += 500;
      for (const call of this.waiting) if (call.waitsUntil <= this.now) this.#sendAway(call, 'queue_timeout');
      if (this.state === 'isolated' && this.now >= this.#until) {
        this.state = 'recovering';
        this.#ramp = 1;
      }
      if (this.state === 'degraded' && this.failures <= MODELLED.failureThreshold / 2) this.state = 'healthy';
      this.#grant();
    }
  }

  #judge(answer: 'done' | 'failed'): void {
    if (answer === 'failed') {
      this.#failures.push(this.now);
      if (this.state === 'recovering') this.#isolate(this.#attempt + 1);
      else if (this.failures >= MODELLED.isolationThreshold) this.#isolate(1);
      else if (this.failures >= MODELLED.failureThreshold) this.state = 'degraded';
    } else if (this.state === 'recovering') {
      this.#ramp *= 2;
      if (this.#ramp >= this.max) this.#becomeHealthy();
    }
  }

  #becomeHealthy(): void {
    this.state = 'healthy';
    this.#failures = [];
    this.#grant();
  }

  #isolate(attempt: number): void {
    this.state = 'isolated';
    this.#attempt = attempt;
    this.#until = this.now + MODELLED.recoveryTime * Math.min(8, 2 ** (attempt - 1));
    this.#generation++;
    for (const call of this.waiting) this.#sendAway(call, 'isolated');
  }

  #sendAway(call: ModelCall, reason: string): void {
    call.stage = 'gone';
    call.answer = reason;
  }

  #grant(): void {
    while (this.running.length < this.capacity && this.waiting.length > 0 && this.state !== 'recovering') {
      const best = Math.max(...this.waiting.map(({ priority }) => priority));
      const next = this.waiting.find(({ priority }) => priority === best)!;
      next.stage = 'running';
      next.generation = this.#generation;
    }
  }
}
