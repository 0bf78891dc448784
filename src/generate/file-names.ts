/** What the files are called, beside each other in one folder: tests name the rules relative to themselves. */
export const FILE = {
  recording: 'sla-recording-rules.yaml',
  alerts: 'sla-alerts.yaml',
  tests: 'sla-rules-test.yaml',
  longTests: 'sla-rules-long-test.yaml',
  inhibition: 'alertmanager-inhibition.yaml',
} as const;
