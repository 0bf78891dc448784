import { objectiveWarnings } from '../sla/objective-problems.ts';
import type { ResolvedObjective } from '../sla/resolved-objective.ts';
import { formatDuration } from '../time/duration.ts';
import { BASE_MILLIS } from './pace.ts';
import { periodOf } from './recording-rules.ts';
import { tiersOf } from './tiers.ts';

/** What the rules of an objective cannot say, or say otherwise than its own process does, each in a sentence. */
export function leftOutOf(objective: ResolvedObjective, hasClaims: boolean): string[] {
  const { name, service, window, calendar, windowMillis, slice, pairs } = objective;
  const of = `objective '${name}' (service '${service}')`;
  if (!hasClaims) return [`${of}: other objectives of its name take all of its place; it has no rules`];
  const notes = objectiveWarnings(objective);
  if (calendar !== undefined)
    notes.push(
      `${of}: PromQL cannot look back to the beginning of ${window}; what was attained, what is left of the budget and for how long are left out, and burn rates take a period to last ${formatDuration(windowMillis)}`,
    );
  else if (periodOf(objective) === undefined)
    notes.push(
      `${of}: a window of ${window} is shorter than the ${formatDuration(BASE_MILLIS)} that rules look back at least; what was attained, what is left of the budget and for how long are left out`,
    );
  const blinking = pairs.filter(({ longMillis }) => !tiersOf(objective).some((tier) => tier.longMillis === longMillis));
  if (slice !== undefined && blinking.length > 0)
    notes.push(
      `${of}: slices of ${formatDuration(slice.millis)} are longer than the short window of the burn-rate pair(s) over ${blinking.map(({ longMillis }) => formatDuration(longMillis)).join(', ')}; they are left out`,
    );
  if (slice !== undefined)
    notes.push(
      `${of}: each instance judges its own slices, so its rules tell how many of all instances' slices were good${'perSecond' in slice ? `: ${slice.perSecond} requests a second are asked of every instance` : ''}`,
    );
  if (tiersOf(objective).length === 0) notes.push(`${of}: it has no alerts`);
  return notes;
}
