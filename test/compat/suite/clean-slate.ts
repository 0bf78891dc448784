import assert from 'node:assert/strict';
import * as api from '@opentelemetry/api';

/** What OpenTelemetry and the package complained about during this test, warnings and errors. */
const complaints: string[] = [];
const note = (...words: unknown[]): void => void complaints.push(words.map(String).join(' ').slice(0, 300));

/** Takes what was complained about so far; whatever nobody takes fails the test. */
export function takeComplaints(): string[] {
  return complaints.splice(0);
}

/** Every test begins without a registered SDK. */
export const mochaHooks: Mocha.RootHookObject = {
  beforeEach() {
    const silent = (): void => undefined;
    const logger = { error: note, warn: note, info: silent, debug: silent, verbose: silent };
    api.diag.setLogger(logger, { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true });
  },
  afterEach() {
    const { logs } = api as { logs?: { disable(): void } };
    for (const part of [api.trace, api.metrics, api.context, api.propagation, logs, api.diag]) part?.disable();
    assert.deepEqual(takeComplaints(), []);
  },
};
