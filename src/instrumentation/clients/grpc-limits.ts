import { sharedTimer } from '../../time/deadline-timer.ts';
import type { GrpcCallOptions } from './grpc-package.ts';

/** Bits of `propagate_flags`. */
const DEADLINE = 1;
const CANCELLATION = 8;
const EVERYTHING = 65_535;

/** What the caller of a call set around it: the package keeps to it once the call is sent, and nobody before. */
export class GrpcLimits {
  readonly #options: GrpcCallOptions;
  readonly #flags: number;
  readonly #at: number;

  constructor(options: GrpcCallOptions) {
    this.#options = options;
    this.#flags = options.propagate_flags ?? EVERYTHING;
    this.#at = Math.min(
      timeOf(options.deadline),
      this.#has(DEADLINE) ? timeOf(options.parent?.getDeadline()) : Infinity,
    );
  }

  /** Whether the deadline has passed. */
  get isLate(): boolean {
    // The package's own timer may be as early as a clock in whole milliseconds lets it.
    return Date.now() >= this.#at - 1;
  }

  /** Tells of the end of a call that waits, until disposed. */
  watch(onDeadline: () => void, onCancelled: () => void): Disposable {
    const timer = sharedTimer();
    const entry = this.#at === Infinity ? undefined : timer.set(Math.max(0, this.#at - Date.now()), onDeadline);
    const parent = this.#has(CANCELLATION) ? this.#options.parent : undefined;
    parent?.on('cancelled', onCancelled);
    return {
      [Symbol.dispose]: () => {
        if (entry) timer.clear(entry);
        parent?.removeListener('cancelled', onCancelled);
      },
    };
  }

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }
}

/** Milliseconds since the epoch; infinite where there is no time. */
function timeOf(deadline: Date | number | undefined): number {
  const time = Number(deadline ?? Infinity);
  return Number.isNaN(time) ? Infinity : time;
}
