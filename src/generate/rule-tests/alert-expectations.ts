import { formatDuration } from '../../time/duration.ts';
import { BURN_ALERT } from '../alert-rules.ts';
import { LABEL } from '../labels.ts';
import { type Expectation, seriesText } from './promtool.ts';
import { type Subject, type TestedTier } from './subject.ts';

const ALERTS = 'ALERTS';
const FIRING = { alertstate: 'firing' };

/** Exactly these tiers of these subjects fire at a time, with all their labels. */
export function firing(
  evalTime: string,
  tiers: readonly { readonly subject: Subject; readonly tier: TestedTier }[],
  among: Readonly<Record<string, string>> = {},
): Expectation {
  return {
    expr: seriesText(ALERTS, { alertname: BURN_ALERT, ...FIRING, ...among }),
    eval_time: evalTime,
    exp_samples: tiers.map(({ subject, tier }) => ({
      labels: seriesText(ALERTS, {
        alertname: BURN_ALERT,
        ...FIRING,
        ...subject.labels,
        [LABEL.window]: formatDuration(tier.longMillis),
        [LABEL.severity]: tier.severity,
        [LABEL.tier]: tier.name,
      }),
      value: 1,
    })),
  };
}

/** Nothing fires, and nothing waits to. */
export function silent(evalTime: string): Expectation {
  return { expr: ALERTS, eval_time: evalTime, exp_samples: [] };
}

/** The tiers that fire at a burn rate that lasts. */
export function tiersAt(
  subjects: readonly Subject[],
  burnRateOf: (subject: Subject) => number,
): { subject: Subject; tier: TestedTier }[] {
  return subjects.flatMap((subject) =>
    subject.tiers.filter(({ factor }) => burnRateOf(subject) > factor).map((tier) => ({ subject, tier })),
  );
}
