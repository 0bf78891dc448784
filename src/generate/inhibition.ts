import { BURN_ALERT } from './alert-rules.ts';
import { IDENTITY_LABELS, LABEL } from './labels.ts';
import { TIER_NAMES } from './tiers.ts';

/** The part of Alertmanager's configuration that keeps slower alerts quiet while a faster one fires. */
export interface Inhibition {
  readonly inhibit_rules: readonly InhibitRule[];
}

interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/** Each tier but the last quiets the slower ones, of the same objective of the same service. */
export function inhibition(): Inhibition {
  return {
    inhibit_rules: TIER_NAMES.slice(0, -1).map((tier, index) => ({
      source_matchers: [`alertname="${BURN_ALERT}"`, `${LABEL.tier}="${tier}"`],
      target_matchers: [`alertname="${BURN_ALERT}"`, `${LABEL.tier}=~"${TIER_NAMES.slice(index + 1).join('|')}"`],
      equal: IDENTITY_LABELS,
    })),
  };
}
