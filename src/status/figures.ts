import type { ObjectiveReport } from '../sla/report.ts';

/** Figures as a person reads them. `null` and what is no number are a dash: nothing is known. */

const UNKNOWN = '–';

/** At most so many decimals; rounding never turns a miss into a whole 100 %. */
export function percent(ratio: number | null, digits = 2): string {
  if (ratio === null || !Number.isFinite(ratio)) return UNKNOWN;
  const scale = 10 ** digits;
  const rounded = Math.round(ratio * 100 * scale) / scale;
  return `${rounded === 100 && ratio < 1 ? 100 - 1 / scale : rounded} %`;
}

/** Milliseconds, in the unit that suits them. */
export function duration(millis: number | null | undefined): string {
  if (millis === null || millis === undefined || !Number.isFinite(millis)) return UNKNOWN;
  if (millis < 10) return `${Number(millis.toFixed(1))} ms`;
  if (millis < 1_000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${Number((millis / 1_000).toFixed(1))} s`;
  if (millis < 3_600_000) return `${Math.round(millis / 60_000)} min`;
  if (millis < 48 * 3_600_000) return `${Math.round(millis / 3_600_000)} h`;
  return `${Math.round(millis / 86_400_000)} d`;
}

export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** A rate or a factor. */
export function decimal(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(1)));
}

/** What an objective promises. */
export function promise({ metric, target, threshold, errorBudget }: ObjectiveReport): string {
  switch (metric) {
    case 'availability':
      return `${percent(target, 3)} succeed`;
    case 'error_rate':
      return `at most ${percent(errorBudget.ratio, 3)} fail`;
    case 'response_time':
      return `${percent(target, 3)} within ${duration(threshold)}`;
    case 'throughput':
      return `${percent(target, 3)} of slices at ${decimal(threshold)} a second or more`;
  }
}
