import { formatDuration } from '../time/duration.ts';
import type { Claim } from './claims.ts';
import { IDENTITY, LABEL } from './labels.ts';
import { decimal, exactly, quoted, selector } from './promql.ts';
import { badEvents } from './recording-rules.ts';
import type { AlertRule } from './rule.ts';
import { runbookOf, summaryOf } from './runbook.ts';
import { SERIES } from './series.ts';
import type { Share } from './share.ts';
import { leastBadEvents, type Tier, tiersOf } from './tiers.ts';

/** The alert of every tier; labels tell the tiers apart. */
export const BURN_ALERT = 'SlaErrorBudgetBurn';

/** The alerts of a share of an objective, one a tier, the fastest first. */
export function alertsOf({ objective, claim, labels }: Share, minBadEvents: number): AlertRule[] {
  const own = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, untemplated(value)]));
  return tiersOf(objective).map((tier) => {
    const leastBad = leastBadEvents(tier, objective, minBadEvents);
    return {
      alert: BURN_ALERT,
      expr: conditionOf(tier, claim, leastBad),
      labels: { ...own, [LABEL.severity]: tier.severity, [LABEL.tier]: tier.name },
      annotations: { summary: summaryOf(tier), runbook: runbookOf(tier, objective, leastBad) },
    };
  });
}

/** Burns over the long window, still does over the short one, and not for a failure or two. */
function conditionOf(tier: Tier, claim: Claim, leastBad: number): string {
  const burns = (millis: number): string =>
    `${selector(SERIES.burnRate, exactly(LABEL.window, formatDuration(millis)), ...claim)} > ${decimal(tier.factor)}`;
  return [
    burns(tier.longMillis),
    `and on (${IDENTITY})`,
    burns(tier.shortMillis),
    ...(leastBad > 0
      ? // An increase is an estimate: half an event less is still that many.
        [`and on (${IDENTITY})`, `${badEvents(tier.longMillis, claim)} > ${decimal(leastBad - 0.5)}`]
      : []),
  ].join('\n');
}

/** A text that a template leaves as it is: labels of alerts are templates. */
function untemplated(text: string): string {
  return text.includes('{{') ? `{{ ${quoted(text)} }}` : text;
}
