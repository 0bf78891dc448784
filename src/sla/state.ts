import type { SavedCounts } from '../stats/tiered-counts.ts';
import type { Interval } from './coverage.ts';
import type { Ledger } from './ledger.ts';
import type { SavedObjective } from './saved-objective.ts';
import { isSlaState } from './state-shape.ts';

/** Written into every state and asked for on the way back. */
export const STATE_FORMAT = 'opentelemetry-resilience/sla-state';
export const STATE_VERSION = 1;

/** What `saveState` writes: the windows, not the counters, which begin at 0 in every process as OTel counters do. */
export interface SlaState {
  readonly format: typeof STATE_FORMAT;
  readonly version: typeof STATE_VERSION;
  readonly savedAtMillis: number;
  readonly objectives: readonly (SavedObjective & {
    readonly name: string;
    readonly service: string;
    readonly operation?: string;
    readonly countingRule: string;
    readonly coverage: readonly Interval[];
  })[];
  readonly series: readonly {
    readonly service: string;
    readonly kind: number;
    readonly operation: string;
    readonly counts: SavedCounts;
  }[];
}

/** What came of a saved state. */
export interface RestoreResult {
  /** Whether the windows continue. When not, everything is as if nothing had been given. */
  readonly restored: boolean;
  /** How many objectives and series continue. */
  readonly objectives: number;
  readonly series: number;
  /** Saved objectives that are no longer declared, or count by another rule. */
  readonly skipped: number;
  /** Why nothing, or not everything, could be restored. */
  readonly reason?: string;
}

export function saveState(ledger: Ledger): string {
  const now = ledger.settle();
  const entries = [...ledger.table.services.values()];
  const state: SlaState = {
    format: STATE_FORMAT,
    version: STATE_VERSION,
    savedAtMillis: now,
    objectives: entries.flatMap((entry) =>
      [...entry.objectives.values()].map((tracked) => {
        tracked.evaluate(now);
        const { name, service, operation, objective, coverage } = tracked;
        return {
          name,
          service,
          ...(operation !== undefined && { operation }),
          countingRule: objective.countingRule,
          coverage: coverage.intervals(now),
          ...tracked.save(),
        };
      }),
    ),
    series: entries.flatMap((entry) =>
      [...entry.series()].map(({ service, kind, operation, counts }) => ({
        service,
        kind,
        operation,
        counts: counts.save(),
      })),
    ),
  };
  return JSON.stringify(state);
}

export function restoreState(ledger: Ledger, json: string): RestoreResult {
  const state = parse(json);
  if (typeof state === 'string') return { restored: false, objectives: 0, series: 0, skipped: 0, reason: state };
  const now = ledger.settle();
  for (const { service, kind, operation, counts } of state.series)
    ledger.table.find(service, kind, operation).restore(counts, now);
  const saved = ledger.asOne(() =>
    state.objectives.filter((each) => {
      const tracked = ledger.table.continued(each.service, each, now);
      if (tracked === undefined) return false;
      tracked.coverage.restore(each.coverage);
      tracked.restore(each, now);
      return true;
    }),
  );
  const skipped = state.objectives.length - saved.length;
  const reason =
    skipped > 0 ? `${skipped} saved objective(s) are no longer declared, or count by another rule` : undefined;
  return {
    restored: true,
    objectives: saved.length,
    series: state.series.length,
    skipped,
    ...(reason !== undefined && { reason }),
  };
}

/** The state, or a sentence that says why it is none. */
function parse(json: string): SlaState | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return `not JSON, perhaps cut off: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== STATE_FORMAT)
    return `not a state of this package: no format '${STATE_FORMAT}'`;
  if (!('version' in value) || value.version !== STATE_VERSION)
    return `a state of version ${JSON.stringify('version' in value ? value.version : undefined)}; this is version ${STATE_VERSION}`;
  return isSlaState(value) ? value : 'a damaged state: its parts have not the form they were saved in';
}
