import { RatioSlices } from './ratio-slices.ts';
import type { ResolvedObjective } from './resolved-objective.ts';
import { ThroughputSlices } from './throughput-slices.ts';

/** What judges an objective's slices of time, where it has such. */
export function slicesOf(
  { slice }: ResolvedObjective,
  reachMillis: number,
  nowMillis: number,
): ThroughputSlices | RatioSlices | undefined {
  if (slice === undefined) return undefined;
  if ('perSecond' in slice) return new ThroughputSlices(slice, reachMillis, nowMillis);
  return new RatioSlices(slice, nowMillis);
}
