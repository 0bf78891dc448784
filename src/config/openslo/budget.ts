import type { Duration } from '../../time/duration.ts';
import type { Path, SloObjective } from './documents.ts';
import type { SloMapping } from './mapping.ts';
import { rolling } from './time-window.ts';

/** How the error budget of an objective is spent: by events, or by slices of time. */
export interface Budget {
  /** The least share of good events, or slices. */
  readonly share: number;
  readonly slices: { readonly slice: Duration; readonly sliceTarget: number } | undefined;
}

/** The budget of an objective; `undefined` with a problem where we have none like it. */
export function budgetOf(mapping: SloMapping, objective: SloObjective, path: Path): Budget | undefined {
  const { slo, metric, findings } = mapping;
  const method = slo.spec.budgetingMethod ?? 'Occurrences';
  const { target, targetPercent, timeSliceTarget, timeSliceWindow } = objective;
  const share = target ?? withoutNoise(targetPercent! / 100);
  if (share === 0) {
    const field = target === undefined ? 'targetPercent' : 'target';
    findings.problem(
      slo,
      [...path, field],
      objective[field],
      'a number over 0: where everything may fail nothing is promised',
    );
    return undefined;
  }
  if (method === 'Timeslices' && metric === 'throughput' && timeSliceTarget !== 1)
    findings.warn(
      slo,
      [...path, 'timeSliceTarget'],
      'it says nothing about throughput, which is measured once a slice and so is good or not',
    );
  if (method === 'Occurrences') return { share, slices: undefined };
  // A slice of throughput is good or bad as a whole, so that the average of the slices is the share of good ones.
  if (method === 'RatioTimeslices' && metric !== 'throughput') return undefined;
  const text = typeof timeSliceWindow === 'number' ? `${timeSliceWindow}m` : timeSliceWindow!;
  const slice =
    typeof timeSliceWindow === 'number'
      ? timeSliceWindow * 60_000
      : rolling(slo, [...path, 'timeSliceWindow'], text, findings);
  return { share, slices: { slice, sliceTarget: timeSliceTarget ?? 1 } };
}

/** Without the noise of binary fractions. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
