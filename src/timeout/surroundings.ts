import type { Clock } from '../time/clock.ts';
import type { DeadlineTimer } from '../time/deadline-timer.ts';
import type { Listeners } from '../listeners.ts';
import type { TimeoutEvent } from './events.ts';

/** What all calls of one timeout share. */
export interface Surroundings {
  readonly clock: Clock;
  readonly timer: DeadlineTimer;
  readonly listeners: Listeners<TimeoutEvent>;
  /** Whether nothing is cut. */
  observes: boolean;
  maxMillis: number;
  /** Whether no call may be followed any more. */
  stopped: boolean;
}
