/** The rules of all sorts of objectives, checked and tested by promtool with the tests that are made along with them. */
import { FILE } from '../../src/generate/file-names.ts';
import { generateRules } from '../../src/generate/generate-rules.ts';
import { renderRules } from '../../src/generate/rule-files.ts';
import type { RuleOptions } from '../../src/generate/rule-options.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { PromtoolFolder } from './promtool.ts';
import { requirePrometheus } from './prometheus.ts';

const availability = { metric: 'availability', target: 0.999 } as const;

const MATRIX: Readonly<Record<string, { objectives: Objective[]; options?: RuleOptions }>> = {
  'of every metric': {
    objectives: [
      { ...availability, service: 'shop' },
      { service: 'shop', metric: 'error_rate', target: 0.01 },
      { service: 'shop', metric: 'response_time', target: '300ms', percentile: 0.99 },
      { service: 'shop', metric: 'throughput', target: 50 },
      { service: 'shop', metric: 'availability', target: 0.99, slice: '5m', name: 'by slices' },
    ],
  },
  'over 7, 14, 28, 30 and 90 days': {
    objectives: (['7d', '14d', '28d', '30d', '90d'] as const).map((window) => ({
      ...availability,
      service: 'shop',
      window,
    })),
  },
  'with targets of one nine to five': {
    objectives: [0.5, 0.9, 0.99, 0.9999, 0.99999].map((target) => ({
      metric: 'availability',
      target,
      service: 'shop',
      name: `target ${target}`,
    })),
  },
  'over short windows and periods of the calendar': {
    objectives: [
      ...(['1m', '10m', '1h', '36h'] as const).map((window) => ({ ...availability, service: 'shop', window })),
      { ...availability, service: 'shop', window: { every: '1M', timeZone: 'Europe/Berlin' } },
    ],
    options: { pipeline: 'otlp' },
  },
  'of patterns, and exceptions to them': {
    objectives: [
      { metric: 'availability', target: 0.99 },
      { metric: 'availability', target: 0.995, service: 'pay*' },
      { ...availability, service: 'payment' },
      { name: 'fast', service: '*', operation: '*', metric: 'response_time', target: '1s' },
      { name: 'fast POST /orders', service: 'pay*', operation: 'POST /orders', metric: 'response_time', target: '3s' },
    ],
    options: { minBadEvents: 0 },
  },
  'with odd names': {
    objectives: [
      { ...availability, service: 'a "b" \\c\\', name: `it's {{ $labels.x }} "all" \\d+ (1|2)[3]{4}^5$` },
      { ...availability, service: 'größe 漢字 \u{1f600}', name: '`x` # y: - & * ! | >' },
      { ...availability, service: '*.example.com', operation: 'GET /*?a=b', name: 'a *b* c?' },
      { ...availability, service: 'tab\tline\nend', name: 'null' },
    ],
    options: { minBadEvents: 20, interval: '15s' },
  },
  'for a rehearsal in minutes': { objectives: [{ ...availability, service: 'shop' }], options: { speed: 60 } },
};

describe('rules', () => {
  before(requirePrometheus);

  for (const [which, { objectives, options }] of Object.entries(MATRIX)) {
    it(`${which} are rules to promtool, none twice`, async () => {
      using folder = new PromtoolFolder(await renderRules(generateRules(objectives, options)));
      await folder.expect('check', 'rules', '--lint-fatal', FILE.recording, FILE.alerts);
    });

    it(`${which} pass their tests`, async () => {
      using folder = new PromtoolFolder(await renderRules(generateRules(objectives, options)));
      await Promise.all([FILE.tests, FILE.longTests].map(async (file) => folder.expect('test', 'rules', file)));
    });
  }
});
