import type { ResolvedObjective } from '../sla/resolved-objective.ts';
import { formatDuration } from '../time/duration.ts';
import { periodOf } from './recording-rules.ts';
import { IDENTITY_LABELS, LABEL } from './labels.ts';
import { decimal } from './promql.ts';
import { SERIES } from './series.ts';
import type { Tier } from './tiers.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Names stand in annotations as labels only: a name may hold anything, braces that a template would follow included. */
const SERVICE = `{{ $labels.${LABEL.service} }}`;
const OBJECTIVE = `{{ $labels.${LABEL.objective} }}`;

/** What an alert says in one line. */
export function summaryOf(tier: Tier): string {
  const pace = tier.factor === 1 ? 'faster than it may' : `over ${decimal(tier.factor)} times as fast as it may`;
  return `${SERVICE}: the error budget of '${OBJECTIVE}' burns ${pace} ({{ $value | humanize }} times over ${formatDuration(tier.longMillis)})`;
}

/** What an alert means, in plain words, and how long the budget lasts. */
export function runbookOf(tier: Tier, objective: ResolvedObjective, leastBad: number): string {
  const { windowMillis, window, target } = objective;
  const [long, short] = [formatDuration(tier.longMillis), formatDuration(tier.shortMillis)];
  const full = spoken(windowMillis / tier.factor);
  return [
    `What it means: ${meaning(objective)}`,
    `At least ${share(target)} of them have to be good over ${window}.`,
    `Over the last ${long}, and still over the last ${short}, so many were bad that a whole error budget, meant for ${window}, is gone within ${full} at most.`,
    ...leftOf(objective),
    ...(leastBad > 1 ? [`Fewer than ${leastBad} bad in ${long} would not have raised this.`] : []),
    tier.severity === 'page'
      ? 'What to do: it is going on now. Look at what changed in the last hour, and undo it first.'
      : 'What to do: nobody has to get up. Find the cause in working hours, before the budget is gone.',
    `Traces of what was bad have the attribute sla.violated = true. The alert ends by itself once the last ${short} are good enough.`,
  ].join('\n');
}

/** What is left, as of the moment that the alert was raised. */
function leftOf(objective: ResolvedObjective): string[] {
  if (periodOf(objective) === undefined) return [];
  const selectors = IDENTITY_LABELS.map((label) => `${label}=%q`).join(',');
  const values = IDENTITY_LABELS.map((label) => `$labels.${label}`).join(' ');
  const query = `query (printf ${JSON.stringify(`${SERIES.exhaustedIn}{${selectors}}`)} ${values})`;
  return [
    `{{ with ${query} }}What is left of it lasts {{ . | first | value | humanizeDuration }} at the rate of the last hour.{{ end }}`,
  ];
}

function meaning({ metric, thresholdMillis, slice }: ResolvedObjective): string {
  if (slice !== undefined && 'perSecond' in slice)
    return `stretches of ${formatDuration(slice.millis)} in which an instance had fewer than ${decimal(slice.perSecond)} requests a second are bad.`;
  const bad =
    metric === 'response_time'
      ? `requests that failed or took longer than ${formatDuration(thresholdMillis)} are bad`
      : 'requests that failed are bad';
  return slice === undefined
    ? `${bad}.`
    : `stretches of ${formatDuration(slice.millis)} in which more than ${share(slice.budgetRatio)} of an instance's requests were bad count; ${bad}.`;
}

function share(ratio: number): string {
  return `${decimal(ratio * 100)} %`;
}

/** A time in its two largest units, such as `2d 2h`. */
function spoken(millis: number): string {
  const units = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ] as const;
  const first = units.findIndex(([size]) => millis >= size);
  let left = Math.round(millis / SECOND) * SECOND;
  const parts = units.slice(first).map(([size, unit]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.slice(0, 2).filter(Boolean).join(' ');
}
