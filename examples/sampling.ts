/**
 * One request in a hundred is exported, and yet every one counts: `recordAll` has to be the outermost sampler.
 *
 *     npm run build && node examples/sampling.ts
 */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { recordAll, SlaSpanProcessor } from 'opentelemetry-resilience';

const onePercent = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.01) });

await serve('with recordAll(sampler)', recordAll(onePercent));
await serve('with the sampler alone', onePercent);

/** 50 000 requests of which every 500th fails: 0.2 %. */
async function serve(title: string, sampler: Sampler): Promise<void> {
  const sla = new SlaSpanProcessor({ objectives: [{ service: 'checkout', metric: 'availability', target: 0.995 }] });
  let exported = 0;
  // Stands in for the exporter you have.
  const exporter: SpanExporter = {
    export(spans, done) {
      exported += spans.length;
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'checkout' }),
    sampler,
    spanProcessors: [sla, new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('example');
  for (let request = 1; request <= 50_000; request++) {
    const span = tracer.startSpan('GET /basket', { kind: SpanKind.SERVER });
    if (request % 500 === 0) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
  await provider.shutdown();

  const [checkout] = sla.tracker.report('checkout').services;
  const [objective] = checkout?.objectives ?? [];
  const left = ((objective?.errorBudget.remainingRatio ?? 0) * 100).toFixed(1);
  console.log(`${title}: ${exported} exported`);
  console.log(`  counted ${checkout?.requests} requests and ${checkout?.failures} failures`);
  console.log(
    `  ${objective?.name}: ${objective?.attained?.toFixed(4)} attained, ${objective?.target} promised, ${left} % of the budget left`,
  );
}
