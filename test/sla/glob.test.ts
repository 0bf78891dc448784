import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { glob, isGlob } from '../../src/sla/glob.ts';

type Row = readonly [pattern: string, matching: readonly string[], other: readonly string[]];

const ROWS: readonly Row[] = [
  ['checkout', ['checkout'], ['Checkout', 'checkout ', '', 'checkouts']],
  ['*', ['', 'a', 'a/b c', '*'], []],
  ['?', ['a', '?', '*'], ['', 'ab']],
  ['**', ['', 'a', 'ab'], []],
  ['check*', ['check', 'checkout'], ['chec', 'acheckout']],
  ['*out', ['out', 'checkout'], ['outs', 'ou']],
  ['a*b*c', ['abc', 'aXbYc', 'abbcc'], ['abcd', 'acb']],
  ['a?c', ['abc', 'a?c'], ['ac', 'abbc']],
  ['GET /health*', ['GET /health', 'GET /healthz', 'GET /health/live'], ['POST /health', 'GET  /health']],
  ['GET /*/items', ['GET /a/items', 'GET /a/b/items'], ['GET /items', 'GET /a/items/']],
  ['a.c', ['a.c'], ['abc']],
  ['(a|b)+[c]{1}^$\\', ['(a|b)+[c]{1}^$\\'], ['a', 'abc']],
  ['', [''], ['a']],
  ['*\n', ['a\nb\n', '\n'], ['a']],
];

/** What a pattern means, said by a regular expression. */
function twin(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`).test(name);
}

describe('a glob', () => {
  for (const [pattern, matching, other] of ROWS) {
    it(`${JSON.stringify(pattern)} matches what it says and nothing else`, () => {
      for (const name of matching) assert.ok(glob(pattern)(name), `matches ${JSON.stringify(name)}`);
      for (const name of other) assert.ok(!glob(pattern)(name), `does not match ${JSON.stringify(name)}`);
    });
  }

  it('is a pattern only with a star or a question mark', () => {
    assert.deepEqual(['a', 'a*', 'a?', '', '[a]', 'a.b'].map(isGlob), [false, true, true, false, false, false]);
  });

  it('agrees with a regular expression on anything', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.', '/'), maxLength: 12 });
    fc.assert(
      fc.property(few, few, (pattern, name) => glob(pattern)(name) === twin(pattern, name)),
      { numRuns: 5_000 },
    );
  });

  it('answers at once where a regular expression would not come back', () => {
    const match = glob(`${'*a'.repeat(50)}*b`);
    const start = performance.now();
    assert.equal(match('a'.repeat(5_000)), false);
    assert.ok(performance.now() - start < 1_000);
  });
});
