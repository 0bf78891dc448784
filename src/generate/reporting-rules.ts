import { COUNTER, LABEL } from './labels.ts';
import { BASE_MILLIS, type Pace } from './pace.ts';
import { type Choice, type Matcher, selector } from './promql.ts';
import type { AlertRule, RecordingRule } from './rule.ts';
import { SERIES } from './series.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The alert of a service whose metrics have stopped coming. */
export const STOPPED_ALERT = 'SlaReportingStopped';

/** Requests that services answered themselves: a dependency's silence is its callers'. */
const ANSWERED: readonly Matcher[] = ['client', 'producer'].map((kind) => ({
  label: LABEL.kind,
  isLike: false,
  text: kind,
  pattern: '',
}));

export function requestsRecording(services: Choice, pace: Pace): RecordingRule {
  const requests = selector(COUNTER.requests, services, ...ANSWERED);
  return {
    record: SERIES.requests,
    expr: `sum by (${LABEL.service}) (increase(${requests}[${pace.duration(BASE_MILLIS)}]))`,
  };
}

/**
 * Of a service that had requests within a day and of which no series is left. Series that were idle for a day leave by
 * themselves, and a series without requests raises nothing.
 */
export function stoppedAlert(services: Choice, pace: Pace, forMillis: number): AlertRule {
  const reporting = selector(COUNTER.requests, services, ...ANSWERED);
  return {
    alert: STOPPED_ALERT,
    expr: [
      `max_over_time(${selector(SERIES.requests, services)}[${pace.duration(DAY)}]) > 0`,
      `unless on (${LABEL.service})`,
      `group by (${LABEL.service}) (${reporting})`,
    ].join('\n'),
    for: pace.duration(forMillis),
    labels: { [LABEL.severity]: 'page' },
    annotations: {
      summary: `{{ $labels.${LABEL.service} }} has stopped reporting`,
      runbook: [
        'What it means: it had requests within the last day, and no instance of it shows its metrics any more. Its error budget cannot be watched: no other alert will tell how it is.',
        'What to do: see whether it runs, and whether its metrics are still collected. If it was taken out of service, the alert ends by itself a day after its last request.',
      ].join('\n'),
    },
  };
}
