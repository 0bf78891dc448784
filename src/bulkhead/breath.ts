/** So much synchronous work may be let in at a stretch before timers and sockets get their turn. */
const MOST_GRANTS = 1_000;
const MOST_MILLIS = 5;

// Taken once, so that a test that stops the clock does not stop the queue: this is no matter of time.
const now = performance.now.bind(performance);
const soon: (callback: () => void) => unknown =
  typeof setImmediate === 'function' ? setImmediate : (callback) => setTimeout(callback, 0);

/**
 * Lets the event loop breathe while a queue drains. Work that finishes in the turn in which it was let in lets in the next,
 * and so on: without a pause a hundred thousand of them would run in one turn.
 */
export class Breath {
  #grants = 0;
  #since = 0;
  #paused = false;

  /** A stretch is over: whoever asks has to wait for {@link Breath.pause}. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Counts a grant; `false` where the stretch is over with it. */
  take(): boolean {
    if (this.#grants++ === 0) {
      this.#since = now();
      // The next turn begins a new stretch.
      soon(() => {
        this.#grants = 0;
      });
      return true;
    }
    return this.#grants < MOST_GRANTS && now() - this.#since < MOST_MILLIS;
  }

  /** Calls back in the next turn; until then there is a pause. */
  pause(callback: () => void): void {
    this.#paused = true;
    soon(() => {
      this.#grants = 0;
      this.#paused = false;
      callback();
    });
  }
}
