import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { admits, globExpression, type Matcher, quoted, selector } from '../../src/generate/promql.ts';
import { glob } from '../../src/sla/glob.ts';

/** Characters that mean something somewhere, and some that do not. */
const sign = fc.constantFrom(...String.raw`a b * ? . + \ ^ $ | ( ) [ ] { } " ' / - ü , = ~ !`.split(' '), ' ');
const text = fc.string({ unit: sign, maxLength: 8 });

/** What RE2 does with the expressions that are made here, anchored as Prometheus anchors them. */
function fits(expression: string, value: string): boolean {
  return new RegExp(`^(?:${expression})$`, 's').test(value);
}

describe('selectors, with any names', () => {
  it('turn a pattern into an expression for the same names', () => {
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        assert.equal(fits(globExpression(pattern), name), glob(pattern)(name));
      }),
    );
  });

  it('find a name by its own pattern of nothing but stars and question marks', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('*', '?'), { maxLength: 4 }), text, (signs, name) => {
        const pattern = signs.join('');
        assert.equal(fits(globExpression(pattern), name), glob(pattern)(name));
      }),
    );
  });

  it('quote what Go unquotes to the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        assert.equal(JSON.parse(quoted(name)), name);
        assert.match(quoted(name), /^"(?:[^"\\]|\\["\\bfnrt]|\\u[0-9a-f]{4})*"$/);
        assert.doesNotMatch(quoted(name), /\\ud[89a-f]/i);
      }),
    );
  });

  it('write a matcher that admits the same values', () => {
    const matcher: fc.Arbitrary<Matcher> = fc.record({
      label: fc.constant('l'),
      isLike: fc.boolean(),
      text,
      pattern: text,
    });
    fc.assert(
      fc.property(matcher, text, text, (given, end, other) => {
        for (const value of [given.text + end, given.text + given.pattern, other])
          assert.equal(read(selector('m', given))(value), admits(given, value), `${selector('m', given)} ${value}`);
      }),
    );
  });
});

/** What a selector of one label admits, read by the rules of PromQL. */
function read(written: string): (value: string) => boolean {
  if (written === 'm') return () => true;
  const [, sort, string = ''] = /^m\{l(=~|!~|!=|=)("(?:.|\n)*")\}$/.exec(written) ?? assert.fail(written);
  const operand = JSON.parse(string) as string;
  switch (sort) {
    case '=':
      return (value) => value === operand;
    case '!=':
      return (value) => value !== operand;
    case '=~':
      return (value) => fits(operand, value);
    default:
      return (value) => !fits(operand, value);
  }
}
