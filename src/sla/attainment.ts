import type { Counts } from '../stats/tiered-counts.ts';
import type { Period } from '../time/calendar.ts';
import type { SlaStatus } from './status.ts';

/** Where an objective stands at a moment. Ratios may be under 0 where the budget is overspent; `null` is "no events". */
export interface Attainment extends Counts {
  readonly status: SlaStatus;
  /** The present period of a window of the calendar. */
  readonly period: Period | undefined;
  readonly attained: number | null;
  readonly remainingRatio: number | null;
  readonly exhaustedInMillis: number | null;
  readonly coverageRatio: number;
  /** The burn rate over a window that ends at this moment; `null` without events. */
  readonly burnRate: (windowMillis: number) => number | null;
}
