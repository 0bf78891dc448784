import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { codeBlocks, codeProblems } from '../scripts/code-blocks.ts';
import { documentPaths, readDocument, renderDocument } from '../scripts/documents.ts';
import { allParts, partNames, sourceParts, withParts } from '../scripts/generated-parts.ts';
import { markdownTable } from '../scripts/markdown-table.ts';
import { withoutTimings } from '../scripts/metrics-excerpt.ts';
import { exporterNames, otlpNames } from '../scripts/prometheus-name.ts';
import { parse } from 'yaml';
import { checkConfig } from '../src/config/check.ts';
import { SlaSpanProcessor, SlaTracker } from '../src/index.ts';
import { ATTRIBUTE, EVENT } from '../src/telemetry/names.ts';
import { SLA_METRIC } from '../src/telemetry/sla-metrics.ts';
import { headingsOf, linksIn } from './support/markdown-links.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const programs = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));

describe('the documentation', () => {
  it('has a README that fits into 250 lines', () => {
    assert.ok(read('README.md').split('\n').length - 1 <= 250);
  });

  it('shows an example in the first screen of the README, a configuration that is right', () => {
    const [before = '', example = ''] = read('README.md').split(/```\w*\n/);
    assert.ok(before.split('\n').length < 12);
    assert.deepEqual(checkConfig(parse(example), 'file'), []);
  });

  for (const path of documentPaths()) {
    it(`${path} shows what the sources say, see \`npm run generate\``, async () => {
      assert.equal(await renderDocument(path, sourceParts), readDocument(path));
    });
  }

  it('asks only for parts that somebody makes, and uses all of them', () => {
    const used = new Set(documentPaths().flatMap((path) => partNames(readDocument(path))));
    assert.deepEqual([...used].toSorted(), Object.keys(allParts).toSorted());
  });

  it('links to what is there', () => {
    const broken = [...documentPaths(), 'examples/README.md', 'CONTRIBUTING.md'].flatMap((from) =>
      linksIn(read(from)).flatMap(({ path, heading }) => {
        const target = path === '' ? from : join(dirname(from), path);
        if (!existsSync(join(root, target))) return [`${from} links to ${target}, which is not there`];
        const found = heading === '' || headingsOf(read(target)).includes(heading);
        return found ? [] : [`${from} links to ${target}#${heading}, a heading that is not there`];
      }),
    );
    assert.deepEqual(broken, []);
  });

  it('shows TypeScript that compiles', () => {
    const documents = new Map(documentPaths().map((path) => [path, readDocument(path)]));
    assert.ok([...documents.values()].flatMap(codeBlocks).length > 5);
    assert.equal(codeProblems(documents, { built: false }), '');
  });

  it('lists every page, and names every attribute and event', () => {
    for (const path of documentPaths().filter((each) => each.startsWith('docs/') && each !== 'docs/README.md')) {
      assert.ok(read('docs/README.md').includes(`(${path.slice('docs/'.length)})`), path);
    }
    for (const name of [...Object.values(ATTRIBUTE), ...Object.values(EVENT)]) {
      assert.ok(read('docs/metrics.md').includes(`\`${name}`), name);
    }
  });

  it('gives metrics the names that the Prometheus exporter gives them', async () => {
    const tracker = new SlaTracker({ objectives: [{ metric: 'response_time', target: '1s', minEvents: 1 }] });
    tracker.record({ service: 'checkout', success: true, durationMillis: 1 });
    const { metricProducer } = new SlaSpanProcessor(tracker);
    const exporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [metricProducer] });
    const provider = new MeterProvider({ readers: [exporter] });
    const { resourceMetrics } = await exporter.collect();
    const text = new PrometheusSerializer().serialize(resourceMetrics);
    const names = [...text.matchAll(/^(\w+)\{/gm)].map(([, name = '']) => name);
    const series = [...new Set(names)].filter((name) => name !== 'target_info');
    assert.deepEqual(series.toSorted(), Object.values(SLA_METRIC).flatMap(exporterNames).toSorted());
    await provider.shutdown();
  });

  it('gives metrics in seconds another name through OTLP, and no other', () => {
    const others = Object.values(SLA_METRIC).filter((each) => exporterNames(each).join() !== otlpNames(each).join());
    assert.deepEqual(others.flatMap(otlpNames), [
      'sla_duration_seconds_bucket',
      'sla_duration_seconds_sum',
      'sla_duration_seconds_count',
      'sla_response_time_seconds',
    ]);
  });
});

describe('the generator', () => {
  it('renews the parts it can make and leaves the others', () => {
    const text = '<!-- generated: a -->\nold\n<!-- end: a -->\n<!-- generated: b -->\nold\n<!-- end: b -->\n';
    const renewed = withParts(text, { a: () => 'new' });
    assert.equal(
      renewed,
      '<!-- generated: a -->\n\nnew\n\n<!-- end: a -->\n<!-- generated: b -->\nold\n<!-- end: b -->\n',
    );
    assert.throws(() => withParts('<!-- generated: a -->\n<!-- end: b -->', {}), /"generated: a" ends as "b"/);
  });

  it('keeps a cell in its cell', () => {
    assert.equal(markdownTable(['a'], [["'x' |\n 'y'"]]), "| a |\n| --- |\n| 'x' \\| 'y' |");
  });

  it('forgets the values that depend on the speed of the machine, and no others', () => {
    const text = 'sla_response_time{quantile="0.5"} 0.0017\nsla_events_total{sla_objective="x"} 2';
    assert.equal(withoutTimings(text), 'sla_response_time{quantile="0.5"} …\nsla_events_total{sla_objective="x"} 2');
  });
});

describe('the examples', () => {
  it('are all listed', () => {
    const listed = linksIn(read('examples/README.md')).map(({ path }) => path);
    assert.deepEqual(
      programs.filter((name) => !listed.includes(name)),
      [],
    );
  });

  for (const name of programs) {
    it(`${name} is short, says what it shows and imports the package by its name`, () => {
      const text = read(`examples/${name}`);
      assert.ok(text.split('\n').length <= 80);
      assert.match(text, /^\/\*\*\n/);
      assert.match(text, /'opentelemetry-resilience(\/\w+)?'/);
      assert.doesNotMatch(text, /from '\.\.\//);
    });
  }
});
