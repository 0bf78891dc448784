import { useFakeTimers } from 'sinon';
import { sharedTimer } from '../../src/time/deadline-timer.ts';

/** A clock that goes on only when it is told to, and the timers with it. */
export class StoppedClock {
  readonly #fake = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  readonly clock = (): number => performance.now();

  /** Lets so many milliseconds pass, with all timers that are due in them. */
  pass(millis: number): void {
    this.#fake.tick(millis);
  }

  /** How many call-backs wait on the timer of this clock. */
  get timers(): number {
    return sharedTimer(this.clock).size;
  }

  restore(): void {
    this.#fake.restore();
  }
}
