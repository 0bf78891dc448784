/**
 * Being told when a promise is broken, and changing the promise while the service runs. Time is simulated, so that hours
 * pass in a moment.
 *
 *     npm run build && node examples/violations.ts
 */
import { type Objective, SlaTracker } from 'opentelemetry-resilience';

const MINUTE = 60_000;
let now = Date.parse('2026-03-02T00:00:00Z');

const promise: Objective = {
  name: 'fast enough',
  service: 'search',
  metric: 'response_time',
  target: '200ms',
  window: '1h',
};
const tracker = new SlaTracker({ objectives: [promise], clock: () => now });

// Once an episode, not once a request. Page somebody, open a ticket, switch a feature off.
const subscription = tracker.onViolation(({ objective, service, startedAt, attained, target, traceIds }) => {
  console.log(
    `${clock(startedAt)}  BROKEN  ${service} '${objective}': ${attained.toFixed(3)} attained, ${target} promised`,
  );
  console.log(`                 look at the traces ${traceIds.slice(0, 2).join(', ')}`);
});

serve('a quiet hour', 60, 120);
serve('the index is rebuilt', 10, 450);
serve('three hours of recovery', 180, 120);

// Searches over the archive may take longer: the percentile changes, what was counted stays.
tracker.setTarget({ ...promise, percentile: 0.9 });
console.log(`${clock(now)}  the promise is now 90 % within 200 ms`);
serve('five slow minutes', 5, 450);

subscription[Symbol.dispose]();
const [episode] = tracker.report('search').services[0]?.objectives[0]?.violations ?? [];
console.log(`\nThe episode lasted from ${clock(episode?.startedAt)} to ${clock(episode?.endedAt)}.`);

/** Sixty searches a minute. */
function serve(title: string, minutes: number, durationMillis: number): void {
  console.log(`${clock(now)}  ${title}`);
  for (let request = 0; request < minutes * 60; request++) {
    now += MINUTE / 60;
    const traceId = request.toString(16).padStart(32, '0');
    tracker.record({ service: 'search', operation: 'GET /search', success: true, durationMillis, traceId });
  }
  const objective = tracker.report('search').services[0]?.objectives[0];
  const left = `${((objective?.errorBudget.remainingRatio ?? 0) * 100).toFixed(0)} %`;
  console.log(
    `${clock(now)}  ${objective?.status}, budget left: ${left}, burn rate over 5m: ${objective?.burnRates['5m']?.toFixed(1)}`,
  );
}

function clock(time: number | string | null | undefined): string {
  return time === null || time === undefined ? 'now' : new Date(time).toISOString().slice(11, 16);
}
