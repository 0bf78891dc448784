import assert from 'node:assert/strict';
import { IgnoreRules } from '../../src/sla/ignore-rules.ts';
import { span } from '../support/spans.ts';
import { verdictOn } from '../support/verdict.ts';

type Rule = { service?: string; operation?: string };

type Row = readonly [fact: string, rules: Rule[], ignored: readonly string[], counted: readonly string[]];

const ROWS: readonly Row[] = [
  ['no rules', [], [], ['shop GET /', ' ']],
  ['an operation', [{ operation: 'GET /health' }], ['shop GET /health', 'other GET /health'], ['shop GET /healthz']],
  ['a pattern of operations', [{ operation: 'GET /health*' }], ['shop GET /healthz'], ['shop POST /healthz']],
  ['a service', [{ service: 'probe' }], ['probe GET /', 'probe x'], ['probes GET /']],
  ['a pattern of services', [{ service: 'probe-*' }], ['probe-1 GET /'], ['probe GET /']],
  ['both: both must match', [{ service: 'shop', operation: 'GET /' }], ['shop GET /'], ['shop GET /a', 'other GET /']],
  ['several rules: one must match', [{ service: 'a' }, { operation: 'b' }], ['a x', 'x b'], ['x x']],
];

describe('ignore rules', () => {
  for (const [fact, rules, ignored, counted] of ROWS) {
    it(`with ${fact} leave out what they name, however often they are asked`, () => {
      const known = new IgnoreRules(rules);
      for (let round = 0; round < 3; round++) {
        for (const [names, expected] of [
          [ignored, true],
          [counted, false],
        ] as const) {
          for (const name of names) {
            const [service = '', ...operation] = name.split(' ');
            assert.equal(known.matches(service, operation.join(' ')), expected, name);
          }
        }
      }
    });
  }

  it('answer right past the number of names they remember, and for names too long to remember', () => {
    const rules = new IgnoreRules([{ operation: '*7' }]);
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 10_000; index++) assert.equal(rules.matches('shop', `op ${index}`), index % 10 === 7);
      assert.equal(rules.matches('shop', `${'x'.repeat(1_000)}7`), true);
      assert.equal(rules.matches('x'.repeat(1_000), '8'), false);
    }
  });

  it('keep the answers for two services apart', () => {
    const rules = new IgnoreRules([{ service: 'a', operation: 'x' }]);
    assert.deepEqual([rules.matches('a', 'x'), rules.matches('b', 'x'), rules.matches('a', 'x')], [true, false, true]);
  });

  it('hold for spans, with the names under which these would count', () => {
    const options = { ignore: [{ service: 'shop', operation: 'GET /health*' }] };
    const http = { 'http.request.method': 'GET', 'http.route': '/healthz' };
    assert.equal(verdictOn(span({ attributes: http }), options).outcome, 'ignored');
    assert.equal(verdictOn(span({ attributes: http, status: 'error' }), options).outcome, 'ignored');
    assert.equal(verdictOn(span({ attributes: http, service: 'other' }), options).outcome, 'success');
    assert.equal(
      verdictOn(span({ kind: 'client', attributes: { 'peer.service': 'x' } }), { ignore: [{ service: 'x' }] }).outcome,
      'ignored',
    );
  });
});
