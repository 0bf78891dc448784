import assert from 'node:assert/strict';
import { diag } from '@opentelemetry/api';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import { hostileSpans } from '../support/hostile-spans.ts';
import { NOW, span } from '../support/spans.ts';
import { sumOf, talliesOf } from '../support/verdict.ts';

const OBJECTIVES: SlaOptions = {
  clock: () => NOW,
  objectives: [
    { metric: 'availability', target: 0.9, minEvents: 1 },
    { name: 'fast *', operation: '*', metric: 'response_time', target: '5ms', minEvents: 1 },
    {
      name: 'all',
      metric: 'error_rate',
      target: 0.1,
      kind: ['internal', 'server', 'client', 'producer', 'consumer'],
      minEvents: 1,
    },
    { name: 'busy', metric: 'throughput', target: 1, minEvents: 1 },
  ],
};

const CONFIGURATIONS: readonly (readonly [fact: string, options: SlaOptions])[] = [
  ['no objectives', { clock: () => NOW }],
  ['objectives of every metric', OBJECTIVES],
  [
    'objectives, and hooks and rules that look at everything',
    {
      ...OBJECTIVES,
      classify: (each) => void each.name,
      identify: (each) => void each.kind,
      ignore: [{ operation: 'GET /health*' }],
    },
  ],
  [
    'objectives, and hooks that throw',
    {
      ...OBJECTIVES,
      classify: () => {
        throw new Error('c');
      },
      identify: () => {
        throw new Error('i');
      },
    },
  ],
];

describe('a span that is not as it should be', () => {
  beforeEach(() => void stub(diag, 'warn'));
  afterEach(() => restore());

  for (const [fact, options] of CONFIGURATIONS) {
    it(`never throws, lands in exactly one tally and leaves the next span alone: ${fact}`, async () => {
      const processor = new SlaSpanProcessor(options);
      for (const [index, [odd, hostile]] of hostileSpans().entries()) {
        const before = talliesOf(processor.tracker);
        assert.doesNotThrow(() => processor.onStart(hostile, undefined), odd);
        assert.doesNotThrow(() => processor.onEnding(hostile), odd);
        assert.deepEqual(talliesOf(processor.tracker), before, `${odd}: onEnding counts nothing`);
        assert.doesNotThrow(() => processor.onEnd(hostile), odd);
        assert.equal(sumOf(talliesOf(processor.tracker)), sumOf(before) + 1, `${odd}: in one tally`);
        processor.onEnd(span({ service: 'sound', name: 'sound' }));
        assert.equal(processor.tracker.report('sound').services[0]?.requests, index + 1, `after ${odd}`);
      }
      assert.doesNotThrow(() => JSON.stringify(processor.tracker.report()));
      const { errors } = await processor.metricProducer.collect();
      assert.deepEqual(errors, []);
      assert.equal(processor.tracker.restoreState(processor.tracker.saveState()).restored, true);
    });
  }

  it('leaves Object as it was', () => {
    const processor = new SlaSpanProcessor(OBJECTIVES);
    for (const [, hostile] of hostileSpans()) processor.onEnd(hostile);
    assert.equal('polluted' in {}, false);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  it('is told of once, by a diag that may itself throw', () => {
    restore();
    const warn = stub(diag, 'warn').throws(new Error('logger'));
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    for (let count = 0; count < 3; count++) processor.onEnd(null as unknown as ReturnType<typeof span>);
    assert.equal(warn.callCount, 1);
    assert.match(String(warn.args[0]), /a span could not be read and is counted as failed; this is said once/);
  });

  it('counts under a name of its own, never longer than 256 characters', () => {
    const processor = new SlaSpanProcessor(OBJECTIVES);
    for (const [, hostile] of hostileSpans()) processor.onEnd(hostile);
    const names = processor.tracker
      .report()
      .services.flatMap(({ service, operations }) => [service, ...operations.map(({ operation = '' }) => operation)]);
    assert.ok(names.includes('__proto__') && names.includes('constructor'));
    for (const name of names) assert.ok(name.length <= 256);
  });
});
