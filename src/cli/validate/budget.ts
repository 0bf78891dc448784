import type { ResolvedObjective } from '../../sla/resolved-objective.ts';
import { formatDuration } from '../../time/duration.ts';
import { decimal, duration, percent } from '../../status/figures.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** What an objective promises, such as `99.9 % succeed`. */
export function promised(objective: ResolvedObjective): string {
  const { metric, target, budgetRatio, thresholdMillis, slice } = objective;
  if (slice !== undefined && 'perSecond' in slice)
    return `${percent(target, 3)} of ${formatDuration(slice.millis)} slices at ${decimal(slice.perSecond)} a second or more`;
  const [good, bad] = slice === undefined ? [target, budgetRatio] : [slice.targetRatio, slice.budgetRatio];
  const share =
    metric === 'error_rate'
      ? `at most ${percent(bad, 3)} fail`
      : `${percent(good, 3)} ${metric === 'response_time' ? `within ${duration(thresholdMillis)}` : 'succeed'}`;
  return slice === undefined ? share : `${share}, in ${percent(target, 3)} of ${formatDuration(slice.millis)} slices`;
}

/** What an objective allows to go wrong; as a time too where that says something: how long everything may fail. */
export function budgetOf({ metric, budgetRatio, windowMillis, slice }: ResolvedObjective): string {
  const time = spelled(budgetRatio * windowMillis);
  const share = percent(budgetRatio, 3);
  if (slice !== undefined) return `${share} of the slices: ${time}`;
  if (metric === 'response_time') return `${share} may take longer`;
  return `${share} of the requests, or ${time} of downtime`;
}

/** A length of time in its two largest units: `43m 12s`. */
export function spelled(millis: number): string {
  const whole = Math.round(millis / 1_000) * 1_000;
  if (whole === 0) return formatDuration(Math.round(millis));
  const largest = UNITS.findIndex(([, size]) => whole >= size);
  const smallest = UNITS[Math.min(largest + 1, UNITS.length - 1)]![1];
  let rest = Math.round(whole / smallest) * smallest;
  const parts = UNITS.slice(largest, largest + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.join(' ');
}
