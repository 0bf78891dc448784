import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import { SLA_METRIC } from '../../src/telemetry/sla-metrics.ts';
import { type Collected, collect, TestReader } from '../support/collected.ts';
import { NOW, span } from '../support/spans.ts';

const OBJECTIVE = ['sla.service', 'sla.objective', 'sla.metric', 'sla.window'];
const REQUEST = ['sla.service', 'sla.operation', 'span.kind'];

/** The contract: name, type, unit and attributes. */
const CONTRACT: readonly (readonly [name: string, type: string, unit: string, attributes: readonly string[]])[] = [
  ['sla.requests', 'counter', '{request}', [...REQUEST, 'sla.result']],
  ['sla.events', 'counter', '{event}', ['sla.service', 'sla.objective', 'sla.outcome']],
  ['sla.duration', 'histogram', 's', REQUEST],
  ['sla.target_ratio', 'gauge', '1', OBJECTIVE],
  ['sla.compliance_ratio', 'gauge', '1', OBJECTIVE],
  ['sla.error_budget.remaining_ratio', 'gauge', '1', OBJECTIVE],
  ['sla.window.coverage_ratio', 'gauge', '1', OBJECTIVE],
  ['sla.burn_rate', 'gauge', '', ['sla.service', 'sla.objective', 'sla.window']],
  ['sla.response_time', 'gauge', 's', [...REQUEST, 'quantile']],
  ['sla.status', 'gauge', '', ['sla.service', 'sla.objective']],
  ['sla.violations', 'counter', '{violation}', ['sla.service', 'sla.objective', 'sla.metric']],
  ['resilience.processor.spans', 'counter', '{span}', ['resilience.result']],
  ['resilience.processor.series', 'gauge', '{series}', []],
];

const WITHOUT_DURATION = CONTRACT.filter(([name]) => name !== 'sla.duration');

const OPTIONS: SlaOptions = {
  clock: () => NOW,
  objectives: [
    { metric: 'availability', target: 0.9, minEvents: 1, window: '7d' },
    { metric: 'response_time', target: '100ms', minEvents: 1 },
  ],
};

function feed(processor: SlaSpanProcessor): void {
  for (let count = 0; count < 4; count++) processor.onEnd(span({ name: 'GET /' }));
  processor.onEnd(span({ name: 'GET /', status: 'error', durationMillis: 200 }));
}

/** What was collected, in the form of the contract; a metric whose points differ in their keys stands there more than once. */
function shape(collected: readonly Collected[]): (readonly [string, string, string, string[]])[] {
  return collected.flatMap(({ name, type, unit, points }) => {
    const keys = new Set(points.map(({ attributes }) => Object.keys(attributes).join('|')));
    return [...keys].map((each) => [name, type, unit, each === '' ? [] : each.split('|')] as const);
  });
}

function byName(rows: readonly (readonly [string, string, string, readonly string[]])[]): string[] {
  return rows.map(([name, type, unit, keys]) => `${name} ${type} '${unit}': ${keys.toSorted().join(', ')}`).toSorted();
}

describe('the metrics of the SLA', () => {
  afterEach(() => metrics.disable());

  it('are those of the contract, by name, type, unit and attributes', () => {
    const declared = Object.values(SLA_METRIC).map(
      ({ name, type, unit, attributes }) => [name, type, unit, attributes] as const,
    );
    assert.deepEqual(declared, CONTRACT);
  });

  it('say each what they are', () => {
    for (const { name, description } of Object.values(SLA_METRIC))
      assert.match(description, /^[A-Z0-9].{10,}\.$/, name);
  });

  it('leave through the producer as the contract has them', async () => {
    const processor = new SlaSpanProcessor(OPTIONS);
    feed(processor);
    assert.deepEqual(byName(shape(await collect(processor.metricProducer))), byName(CONTRACT));
  });

  it('leave through the producer inside a reader of the SDK, with its own resource', async () => {
    const processor = new SlaSpanProcessor(OPTIONS);
    const reader = new TestReader({ metricProducers: [processor.metricProducer] });
    const provider = new MeterProvider({ readers: [reader] });
    feed(processor);
    assert.deepEqual(byName(shape(await collect(reader))), byName(CONTRACT));
    await provider.shutdown();
  });

  it('leave through a given MeterProvider, all but the durations', async () => {
    const reader = new TestReader();
    const processor = new SlaSpanProcessor({ ...OPTIONS, meterProvider: new MeterProvider({ readers: [reader] }) });
    feed(processor);
    assert.deepEqual(byName(shape(await collect(reader))), byName(WITHOUT_DURATION));
  });

  it('leave through a given MeterProvider with the durations, where these are to be an instrument', async () => {
    const reader = new TestReader();
    const meterProvider = new MeterProvider({ readers: [reader] });
    feed(new SlaSpanProcessor({ ...OPTIONS, meterProvider, durationHistogram: 'instrument' }));
    assert.deepEqual(byName(shape(await collect(reader))), byName(CONTRACT));
  });

  it('leave through the global MeterProvider', async () => {
    const reader = new TestReader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    feed(new SlaSpanProcessor(OPTIONS));
    assert.deepEqual(byName(shape(await collect(reader))), byName(WITHOUT_DURATION));
  });

  it('leave the same through every way out', async () => {
    const ways = [new TestReader(), new TestReader()] as const;
    const processor = new SlaSpanProcessor({ ...OPTIONS, meterProvider: new MeterProvider({ readers: [ways[0]] }) });
    const other = new SlaSpanProcessor(OPTIONS);
    feed(processor);
    feed(other);
    const sorted = (all: readonly Collected[]): unknown =>
      all
        .filter(({ name }) => name !== 'sla.duration')
        .map((each) => JSON.stringify(each))
        .toSorted();
    assert.deepEqual(sorted(await collect(other.metricProducer)), sorted(await collect(ways[0])));
  });
});
