/**
 * What one finished span costs with three objectives matched, beside one counter and one histogram with the same
 * attributes, and beside the bare life of a span. Run: `npm run bench:spans`.
 */
import { SpanKind } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { SlaSpanProcessor } from '../src/index.ts';
import { type Case, extraNanos, measure, ratio } from './measure.ts';
import { finishedSpans, fourAttributes, idle, OBJECTIVES, tracerWith } from './shop-spans.ts';
import { Verdict } from './verdict.ts';

function processor(): SlaSpanProcessor {
  const made = new SlaSpanProcessor({ objectives: OBJECTIVES });
  void made.metricProducer;
  return made;
}

const spans = finishedSpans(1_000);
const counting = processor();
const onEnd: Case = (iterations) => {
  for (let index = 0; index < iterations; index++) counting.onEnd(spans[index % spans.length]!);
};

const meter = new MeterProvider({ readers: [new PrometheusExporter({ preventServerStart: true })] }).getMeter('bench');
const counter = meter.createCounter('requests');
const histogram = meter.createHistogram('duration');
const instruments: Case = (iterations) => {
  for (let index = 0; index < iterations; index++) {
    const attributes = fourAttributes();
    counter.add(1, attributes);
    histogram.record(0.012, attributes);
  }
};

function life(tracer: ReturnType<typeof tracerWith>): Case {
  return (iterations) => {
    for (let index = 0; index < iterations; index++)
      tracer.startSpan('GET', { kind: SpanKind.SERVER, attributes: fourAttributes() }).end();
  };
}

const calls = measure({ onEnd, instruments }, { rounds: 25, iterations: 50_000 });
const lives = measure(
  { bare: life(tracerWith(idle)), counted: life(tracerWith(processor())) },
  { rounds: 101, iterations: 5_000 },
);

const verdict = new Verdict('What one span costs (three objectives matched, median of interleaved rounds)');
verdict.most('onEnd', calls.onEnd.nanos, 150, 'ns');
verdict.most('onEnd, allocated', calls.onEnd.bytes, 0.5, 'B');
verdict.figure('Counter.add + Histogram.record', calls.instruments.nanos, 'ns');
verdict.least('times cheaper than these', ratio(calls.instruments, calls.onEnd), 10, 'x');
verdict.figure('bare life of a span', lives.bare.nanos, 'ns');
verdict.figure('more with us, onEnding included', extraNanos(lives.counted, lives.bare), 'ns');
verdict.most('on top of a bare life', (ratio(lives.counted, lives.bare) - 1) * 100, 10, '%');
verdict.close();
