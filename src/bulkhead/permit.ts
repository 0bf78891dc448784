import { ConfigurationError } from '../errors.ts';
import { CALL_OUTCOMES, type CallOutcome } from './outcome.ts';

/** A slot that was lent. Whoever has it gives it back, once; giving it back again does nothing. */
export class Permit implements Disposable {
  #release: ((outcome: CallOutcome) => void) | undefined;

  /** @internal */
  constructor(release: (outcome: CallOutcome) => void) {
    this.#release = release;
  }

  /** Whether the slot was given back. */
  get isReleased(): boolean {
    return this.#release === undefined;
  }

  /** Gives the slot back, and says what became of the work. Default `'success'`. */
  release(outcome: CallOutcome = 'success'): void {
    if (!CALL_OUTCOMES.includes(outcome))
      throw new ConfigurationError([
        { path: 'outcome', value: outcome, allowed: `one of ${CALL_OUTCOMES.join(', ')}` },
      ]);
    const release = this.#release;
    this.#release = undefined;
    release?.(outcome);
  }

  /** The same as `release()`: for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }
}
