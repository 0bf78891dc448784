import type { SavedCounts } from '../stats/tiered-counts.ts';
import type { SavedPeriod } from './objective-window.ts';
import type { SliceBeingFilled } from './ratio-slices.ts';
import type { SlaStatus } from './status.ts';
import type { SlaViolation } from './violation.ts';

/** What goes on over a restart and a change of target. */
export interface SavedObjective {
  /** A risk that has to calm down is remembered. */
  readonly status: SlaStatus;
  readonly counts: SavedCounts;
  /** Of a window of the calendar: the present period, and the one before it. */
  readonly periods?: readonly SavedPeriod[];
  readonly violations: readonly SlaViolation[];
  /** The slice of time that was being filled, where requests are judged by slices. */
  readonly slice?: SliceBeingFilled;
}
