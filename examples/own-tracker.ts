/**
 * Without OpenTelemetry: a nightly backup tells the tracker how it went. Anything that ends well or badly after some
 * time can be an operation.
 *
 *     npm run build && node examples/own-tracker.ts
 */
import { SlaTracker } from 'opentelemetry-resilience/sla';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const tracker = new SlaTracker({
  objectives: [
    // One night in twenty may fail. Thirty nights a month are few: a verdict after ten of them.
    { service: 'backup', operation: 'nightly', metric: 'availability', target: 0.95, minEvents: 10 },
    { service: 'backup', operation: 'nightly', metric: 'response_time', target: '1h', percentile: 0.9, minEvents: 10 },
    { service: 'backup', operation: 'check', metric: 'availability', target: 0.999 },
  ],
  // The longest run that is believed; default 1 h.
  maxDuration: '12h',
});

// The last four weeks, from a log; a running job would leave out `endTimeMillis`.
const today = Date.now();
for (let night = 28; night >= 1; night--) {
  tracker.record({
    service: 'backup',
    operation: 'nightly',
    success: night !== 9,
    durationMillis: (night < 5 ? 1.2 : 0.7) * HOUR,
    endTimeMillis: today - night * DAY,
  });
}

// The job of tonight, timed where it happens.
const started = performance.now();
const success = checkArchive();
tracker.record({ service: 'backup', operation: 'check', success, durationMillis: performance.now() - started });

const [backup] = tracker.report('backup').services;
console.log(`backup as a whole: ${backup?.status}\n`);
for (const objective of backup?.operations.flatMap((operation) => operation.objectives) ?? []) {
  const { name, status, attained, target, good, bad, errorBudget } = objective;
  const left = errorBudget.remainingRatio === null ? 'unknown' : `${(errorBudget.remainingRatio * 100).toFixed(0)} %`;
  console.log(name);
  console.log(
    `  ${status}: ${good} good, ${bad} bad; ${attained?.toFixed(4)} attained, ${target} promised; budget left: ${left}`,
  );
}

function checkArchive(): boolean {
  return 'archive'.length === 7;
}
