import { ConfigurationError } from '../errors.ts';
import type { ReadConfig } from './load.ts';

/** What a reload asks, and whom it tells. */
export interface ReloadParts {
  read(): Promise<ReadConfig>;
  /** Hears of a configuration that is another than the one before. */
  onChange(read: ReadConfig): void;
  /** Hears once of what cannot be used; the configuration before goes on. */
  onTrouble(sentence: string): void;
}

/** How long a reload waits, in milliseconds. */
export interface ReloadTiming {
  /** So long nothing may happen before the file is read: who writes it is done then. Default 100. */
  readonly settleMillis?: number;
  /** But no longer than this after the first that happened. Default 1000. */
  readonly mostMillis?: number;
  /** What cannot be used is read again after so long, and told if it is still the same: it may have been half written. Default 1000. */
  readonly confirmMillis?: number;
}

/**
 * Reads a configuration again when something may have happened to it. A read that fails changes nothing, and is told only
 * when it fails in the same way a while later: files are absent, empty or cut off for a moment while they are replaced.
 */
export class Reload implements Disposable {
  readonly #parts: ReloadParts;
  readonly #timing: Required<ReloadTiming>;
  #active: string;
  /** How the latest read failed, and how the latest that was told did. */
  #failure: string | undefined;
  #told: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #confirm: ReturnType<typeof setTimeout> | undefined;
  #firstTouch: number | undefined;
  #reading = false;
  #isDisposed = false;

  /** @param initial - what is in use. */
  constructor(initial: ReadConfig, parts: ReloadParts, timing: ReloadTiming = {}) {
    this.#parts = parts;
    this.#timing = { settleMillis: 100, mostMillis: 1_000, confirmMillis: 1_000, ...timing };
    this.#active = JSON.stringify(initial.config);
  }

  /** Something may have happened. */
  touch(): void {
    if (this.#isDisposed) return;
    const { settleMillis, mostMillis } = this.#timing;
    const now = performance.now();
    this.#firstTouch ??= now;
    const patience = this.#firstTouch + mostMillis - now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(false), Math.max(0, Math.min(settleMillis, patience)));
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#confirm);
  }

  async #read(isConfirming: boolean): Promise<void> {
    // What happens during a read is seen by the next one.
    if (this.#reading) return this.touch();
    this.#reading = true;
    this.#firstTouch = undefined;
    try {
      const read = await this.#parts.read();
      if (!this.#isDisposed) this.#use(read);
    } catch (error) {
      if (!this.#isDisposed) this.#fail(error, isConfirming);
    } finally {
      this.#reading = false;
    }
  }

  #use(read: ReadConfig): void {
    this.#failure = undefined;
    this.#told = undefined;
    clearTimeout(this.#confirm);
    const next = JSON.stringify(read.config);
    if (next === this.#active) return;
    this.#active = next;
    this.#parts.onChange(read);
  }

  #fail(error: unknown, isConfirming: boolean): void {
    const failure = error instanceof ConfigurationError ? error.message : String(error);
    const isSame = failure === this.#failure;
    this.#failure = failure;
    if (failure === this.#told) return;
    if (isConfirming && isSame) {
      this.#told = failure;
      this.#parts.onTrouble(`the configuration has changed and cannot be used, the one before goes on:\n${failure}`);
      return;
    }
    clearTimeout(this.#confirm);
    this.#confirm = setTimeout(() => void this.#read(true), this.#timing.confirmMillis);
    this.#confirm.unref();
  }
}
