/**
 * What a full table costs: a thousand services, each with one series and three objectives of its own: memory, a report, a
 * scrape through the Prometheus exporter. Run: `npm run bench:series`.
 */
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { SlaSpanProcessor, type SlaTracker } from '../src/index.ts';
import { median, retainedBytes } from './measure.ts';
import { OBJECTIVES } from './shop-spans.ts';
import { Verdict } from './verdict.ts';

const MIB = 2 ** 20;
const SERIES = 1_000;
const REQUESTS = 200_000;

/** Every service keeps its own copies of the three objectives: 3 000 copies, the most that can be. */
const full = await table(SERIES);
/** The same number of series as most have them: ten services of a hundred operations each. */
const usual = await table(10);

const verdict = new Verdict('A full table: 1 000 series with three objectives matched each');
verdict.most(`held with ${full.objectives} copies of objectives`, full.held / MIB, 64, 'MiB');
verdict.figure('of which windows and histograms', full.memoryBytes / MIB, 'MiB');
verdict.most('report() over them', full.report, 50, 'ms');
verdict.most('collecting them', full.collect, 100, 'ms');
verdict.figure(`with the exporter's text, ${full.lines} lines`, full.scrape, 'ms');
verdict.most(`scrape of ten services, ${usual.lines} lines`, usual.scrape, 100, 'ms');
verdict.close();

interface Table {
  readonly held: number;
  readonly memoryBytes: number;
  readonly objectives: number;
  readonly report: number;
  readonly collect: number;
  readonly scrape: number;
  readonly lines: number;
}

async function table(services: number): Promise<Table> {
  const before = retainedBytes();
  const processor = new SlaSpanProcessor({
    objectives: OBJECTIVES.map((objective) => ({ ...objective, service: '*' })),
    maxSeries: SERIES,
  });
  const { tracker, metricProducer } = processor;
  fill(tracker, services);
  const held = retainedBytes() - before;
  const { memoryBytes, objectives } = tracker.snapshot();
  const report = await time(() => Promise.resolve(tracker.report()));
  const collect = await time(() => metricProducer.collect());
  const reader = new PrometheusExporter({ preventServerStart: true, metricProducers: [metricProducer] });
  const provider = new MeterProvider({ readers: [reader] });
  const serializer = new PrometheusSerializer();
  let lines = 0;
  const scrape = await time(async () => {
    lines = serializer.serialize((await reader.collect()).resourceMetrics).split('\n').length;
  });
  await provider.shutdown();
  return { held, memoryBytes, objectives, report, collect, scrape, lines };
}

function fill(tracker: SlaTracker, services: number): void {
  const now = Date.now();
  for (let request = 0; request < REQUESTS; request++) {
    const series = request % SERIES;
    tracker.record({
      service: `service-${series % services}`,
      operation: `GET /orders/${Math.floor(series / services)}`,
      success: request % 97 !== 0,
      durationMillis: request % 400,
      endTimeMillis: now - (REQUESTS - request) * 300,
      traceId: 'a'.repeat(32),
    });
  }
  tracker.report();
}

/** The median of eleven calls, in milliseconds. */
async function time(call: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < 11; round++) {
    const start = performance.now();
    await call();
    taken.push(performance.now() - start);
  }
  return median(taken);
}
