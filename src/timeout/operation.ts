import { learn } from './learning.ts';
import { OperationRecord } from './operation-record.ts';
import type { ResolvedTimeoutOptions } from './options.ts';
import type { OperationReading, TimeoutOutcome } from './reading.ts';
import { WatchList } from './watch-list.ts';

/** An active operation learns at most so often. */
const INTERVAL_MILLIS = 250;
/** A slice closes at 5 / (rate x 8) completed calls, so that the window holds five calls over its timeout. */
const OVER = 5 / 8;
/** A learned timeout is told once it is so far away from the one told before. */
const NOTABLE = 1.2;

/** One operation: what was seen of it, what it may take, and what became of its calls. */
export class Operation {
  readonly name: string;
  readonly sinceMillis: number;
  readonly record: OperationRecord;
  readonly watching: WatchList;
  readonly calls: Record<TimeoutOutcome, number> = {
    success: 0,
    failure: 0,
    timeout: 0,
    cancelled: 0,
    would_timeout: 0,
  };
  refused = 0;
  late = 0;
  lastUsedMillis: number;
  medianMillis: number | undefined;
  /** What a call may take: set by hand, or learned. */
  limitMillis: number;
  #options: ResolvedTimeoutOptions;
  #pinned = false;
  #learnedMillis: number;
  #toldMillis: number;
  #stalledRatio = 0;
  #nextMillis = -Infinity;

  constructor(name: string, options: ResolvedTimeoutOptions, nowMillis: number) {
    this.name = name;
    this.#options = options;
    this.sinceMillis = nowMillis;
    this.lastUsedMillis = nowMillis;
    this.record = new OperationRecord(OVER / options.falseTimeoutRate, nowMillis);
    this.watching = new WatchList(watchedAtMost(options));
    this.#learnedMillis = options.initialMillis;
    this.#toldMillis = options.initialMillis;
    this.limitMillis = options.initialMillis;
  }

  /** From now on other options hold. How finely it remembers follows the rate it was made with. */
  reconfigure(options: ResolvedTimeoutOptions): void {
    const { initialMillis } = this.#options;
    const learned = this.#learnedMillis === initialMillis ? options.initialMillis : this.#learnedMillis;
    this.#options = options;
    this.#learnedMillis = Math.min(Math.max(learned, options.minMillis), options.maxMillis);
    if (!this.#pinned) this.limitMillis = this.#learnedMillis;
    this.watching.capacity = watchedAtMost(options);
  }

  pin(timeoutMillis: number | undefined): void {
    this.#pinned = timeoutMillis !== undefined;
    this.limitMillis = timeoutMillis ?? this.#learnedMillis;
  }

  /** Learns, where it is time; tells the timeout told before if there is a notably different one now. */
  settle(nowMillis: number): number | undefined {
    if (nowMillis < this.#nextMillis) return undefined;
    return this.#learn(nowMillis);
  }

  read(): OperationReading {
    const { name, sinceMillis, calls, refused, late, limitMillis, medianMillis, watching } = this;
    return Object.freeze({
      operation: name,
      sinceMillis,
      calls: Object.freeze({ ...calls }),
      refused,
      late,
      watched: watching.size,
      limitMillis,
      pinned: this.#pinned,
      medianMillis,
      stalledRatio: this.#stalledRatio,
    });
  }

  #learn(nowMillis: number): number | undefined {
    const { falseTimeoutRate, minMillis, maxMillis } = this.#options;
    this.#nextMillis = nowMillis + INTERVAL_MILLIS;
    const learned = learn(this.record, this.watching, falseTimeoutRate, this.#learnedMillis, nowMillis);
    this.medianMillis = learned.medianMillis ?? this.medianMillis;
    this.#stalledRatio = learned.stalledRatio;
    this.#learnedMillis = Math.min(Math.max(learned.timeoutMillis, minMillis), maxMillis);
    if (this.#pinned) return undefined;
    this.limitMillis = this.#learnedMillis;
    const [from, to] = [this.#toldMillis, this.#learnedMillis];
    if (to <= from * NOTABLE && from <= to * NOTABLE) return undefined;
    this.#toldMillis = to;
    return from;
  }
}

/** Where nothing is cut nothing runs on: every call that is over its timeout can be followed. */
function watchedAtMost({ mode, watch }: ResolvedTimeoutOptions): number {
  return mode === 'observe' ? Infinity : watch;
}
