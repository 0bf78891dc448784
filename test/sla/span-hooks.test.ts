import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { diag } from '@opentelemetry/api';
import { restore, stub } from 'sinon';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import { endingSpan, NOW, span } from '../support/spans.ts';
import { sumOf, talliesOf, verdictOn } from '../support/verdict.ts';

const GARBAGE: readonly unknown[] = [
  null,
  undefined,
  0,
  42,
  NaN,
  '',
  'good',
  true,
  Symbol('x'),
  10n,
  [],
  {},
  () => 'failure',
];

function classify(answer: unknown): SlaOptions {
  return { classify: (() => answer) as unknown as NonNullable<SlaOptions['classify']> };
}

function identify(answer: unknown): SlaOptions {
  return { identify: (() => answer) as unknown as NonNullable<SlaOptions['identify']> };
}

function throwing(): never {
  throw new Error('hook');
}

describe('classify', () => {
  it('overrides the rules', () => {
    for (const status of ['unset', 'error'] as const) {
      for (const outcome of ['success', 'failure', 'ignored'] as const) {
        assert.equal(verdictOn(span({ status }), classify(outcome)).outcome, outcome);
      }
    }
  });

  it('overrides a status code and a cancelled call', () => {
    const attributes = { 'http.request.method': 'GET', 'http.response.status_code': 499 };
    assert.equal(verdictOn(span({ attributes }), classify('failure')).outcome, 'failure');
    assert.equal(verdictOn(span({ attributes }), classify('success')).outcome, 'success');
  });

  it('leaves the verdict to the rules by answering with anything else', () => {
    for (const answer of GARBAGE) {
      assert.equal(verdictOn(span({ status: 'error' }), classify(answer)).outcome, 'failure', String(answer));
      assert.equal(verdictOn(span({ status: 'ok' }), classify(answer)).outcome, 'success', String(answer));
    }
  });

  it('is given the span itself', () => {
    const given: unknown[] = [];
    const ended = span();
    verdictOn(ended, { classify: (each) => void given.push(each) });
    assert.deepEqual(given, [ended]);
    assert.equal(given[0], ended);
  });

  it('is not asked about what is no request or is left out anyhow', () => {
    let asked = 0;
    const options: SlaOptions = { classify: () => void asked++, ignore: [{ operation: 'GET /health' }] };
    for (const parts of [{ kind: 'internal' }, { parent: 'local' }, { name: 'GET /health' }] as const)
      verdictOn(span(parts), options);
    assert.equal(asked, 0);
  });
});

describe('identify', () => {
  it('overrides what the rules call the service and the operation', () => {
    const named = verdictOn(span(), identify({ service: 'tenant-a', operation: 'checkout' }));
    assert.deepEqual([named.service, named.operation], ['tenant-a', 'checkout']);
  });

  it('leaves what it leaves out to the rules', () => {
    const service = verdictOn(span({ name: 'op' }), identify({ service: 'tenant-a' }));
    assert.deepEqual([service.service, service.operation], ['tenant-a', 'op']);
    const operation = verdictOn(span({ name: 'op' }), identify({ operation: 'checkout' }));
    assert.deepEqual([operation.service, operation.operation], ['shop', 'checkout']);
  });

  it('leaves everything to the rules by answering with anything else', () => {
    for (const answer of [
      ...GARBAGE,
      { service: 5, operation: null },
      { service: '', operation: '' },
      Promise.resolve({ service: 'x' }),
    ]) {
      const { service, operation } = verdictOn(span({ name: 'op' }), identify(answer));
      assert.deepEqual([service, operation], ['shop', 'op'], String(answer));
    }
  });

  it('names dependencies too', () => {
    const attributes = { 'server.address': '10.0.0.7' };
    assert.equal(verdictOn(span({ kind: 'client', attributes }), identify({ service: 'payment' })).service, 'payment');
  });

  it('gives the names that ignore rules and objectives see', () => {
    const options: SlaOptions = { ...identify({ operation: 'probe' }), ignore: [{ operation: 'probe' }] };
    assert.equal(verdictOn(span(), options).outcome, 'ignored');
  });
});

describe('a hook that throws', () => {
  afterEach(() => restore());

  it('is told of once', () => {
    const warn = stub(diag, 'warn');
    const processor = new SlaSpanProcessor({ clock: () => NOW, classify: throwing });
    for (let count = 0; count < 3; count++) processor.onEnd(span());
    assert.deepEqual(warn.args, [
      ['opentelemetry-resilience: a hook threw, and the rules decide without it; this is said once. Error: hook'],
    ]);
  });

  for (const hook of ['classify', 'identify'] as const) {
    it(`leaves the span to the rules: ${hook}`, () => {
      const { service, operation, outcome } = verdictOn(span({ name: 'op', status: 'error' }), { [hook]: throwing });
      assert.deepEqual([service, operation, outcome], ['shop', 'op', 'failure']);
    });

    it(`is counted each time, and the span once: ${hook}`, () => {
      const processor = new SlaSpanProcessor({ clock: () => NOW, [hook]: throwing });
      for (let count = 0; count < 3; count++) processor.onEnd(span());
      assert.deepEqual(talliesOf(processor.tracker), {
        counted: 3,
        ignored: 0,
        overflow: 0,
        late: 0,
        invalid: 0,
        failed: 0,
      });
      assert.equal(processor.tracker.snapshot().failed, 3);
    });

    it(`that answers later with a rejection harms nobody: ${hook}`, async () => {
      const rejections: unknown[] = [];
      const listener = (reason: unknown): void => void rejections.push(reason);
      process.on('unhandledRejection', listener);
      try {
        const answer = Promise.reject(new Error('later'));
        assert.equal(
          verdictOn(span({ status: 'error' }), hook === 'classify' ? classify(answer) : identify(answer)).outcome,
          'failure',
        );
        await setImmediate();
        await setImmediate();
      } finally {
        process.off('unhandledRejection', listener);
      }
      assert.deepEqual(rejections, []);
    });

    it(`that throws what is no error is counted as well: ${hook}`, () => {
      for (const thrown of [undefined, null, Symbol('x'), Object.create(null) as object]) {
        const processor = new SlaSpanProcessor({
          clock: () => NOW,
          [hook]: () => {
            throw thrown as Error;
          },
        });
        processor.onEnd(span());
        assert.deepEqual([talliesOf(processor.tracker).counted, processor.tracker.snapshot().failed], [1, 1]);
      }
    });

    it(`may itself end spans: ${hook}`, () => {
      const inner = span({ kind: 'client', name: 'inner', status: 'error', attributes: { 'peer.service': 'flags' } });
      const processor: SlaSpanProcessor = new SlaSpanProcessor({
        clock: () => NOW,
        [hook]: (each: { name: string }) => {
          if (each.name === 'outer') processor.onEnd(inner);
          return undefined;
        },
      });
      processor.onEnd(span({ name: 'outer' }));
      const seen = processor.tracker
        .report()
        .services.map((each) => [each.service, each.operations[0]?.operation, each.requests, each.failures]);
      assert.deepEqual(seen, [
        ['flags', 'inner', 1, 1],
        ['shop', 'outer', 1, 0],
      ]);
    });
  }

  it('is asked anew once the span has ended, for another processor may have changed it', () => {
    const byName = ({ name }: { name: string }): 'failure' | undefined => (name === 'renamed' ? 'failure' : undefined);
    const processor = new SlaSpanProcessor({ clock: () => NOW, classify: byName });
    const ending = endingSpan();
    processor.onEnding(ending);
    processor.onEnd({ ...ending, name: 'renamed' });
    assert.equal(processor.tracker.report().services[0]?.failures, 1);
    assert.equal(sumOf(talliesOf(processor.tracker)), 1);
  });
});
