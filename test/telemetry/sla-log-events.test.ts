import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import type * as SlaEvents from '../../src/telemetry/sla-events.ts';
import { onTurnOf, SlaTracker } from '../../src/sla/tracker.ts';
import { NOW } from '../support/spans.ts';

const MINUTE = 60_000;
const API = '@opentelemetry/api';
const emitted: { logger: string; record: Record<string, unknown> }[] = [];

/** The API of 1.10, which has logs, as far as our module looks at it. */
const logs = {
  getLogger: (logger: string) => ({ emit: (record: Record<string, unknown>) => void emitted.push({ logger, record }) }),
};

/** Our module as it is beside API 1.10; the tree of these tests has 1.9, which has no logs. */
async function besideNewerApi(): Promise<typeof SlaEvents> {
  const [ours, stand] = [new URL('../../src/telemetry/sla-events.ts?logs', import.meta.url).href, 'test:api-with-logs'];
  Object.assign(globalThis, { [stand]: logs });
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === API && context.parentURL === ours ? { url: stand, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === stand
        ? {
            format: 'module',
            source: `export const logs = globalThis['${stand}']; export const diag = {};`,
            shortCircuit: true,
          }
        : next(url, context),
  });
  try {
    return (await import(ours)) as typeof SlaEvents;
  } finally {
    hooks.deregister();
  }
}

describe('log records of an objective, with an API that has logs', () => {
  it('tell a breach as a warning and a recovery as information, each once', async () => {
    const { SlaLogEvents } = await besideNewerApi();
    let now = NOW;
    const tracker = new SlaTracker({
      clock: () => now,
      objectives: [
        {
          name: 'orders',
          service: 'shop',
          operation: 'POST /orders',
          metric: 'availability',
          target: 0.9,
          minEvents: 1,
          window: '5m',
        },
      ],
    });
    const events = new SlaLogEvents();
    onTurnOf(tracker, (...turn) => events.tell(...turn));
    const request = { service: 'shop', operation: 'POST /orders', durationMillis: 1 };
    tracker.record({ ...request, success: false });
    tracker.record({ ...request, success: false });
    now += 10 * MINUTE;
    tracker.record({ ...request, success: true });
    tracker.report();
    tracker.report();
    const attributes = {
      'sla.service': 'shop',
      'sla.objective': 'orders',
      'sla.metric': 'availability',
      'sla.window': '5m',
    };
    assert.deepEqual(emitted, [
      {
        logger: 'opentelemetry-resilience',
        record: {
          eventName: 'sla.breach',
          severityNumber: 13,
          severityText: 'WARN',
          body: "shop POST /orders: objective 'orders' is broken: 0 attained, 0.9 promised",
          attributes,
        },
      },
      {
        logger: 'opentelemetry-resilience',
        record: {
          eventName: 'sla.recovered',
          severityNumber: 9,
          severityText: 'INFO',
          body: "shop POST /orders: objective 'orders' is met again, broken since 2026-01-15T12:00:02.500Z",
          attributes,
        },
      },
    ]);
  });
});
