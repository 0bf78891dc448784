import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { JsonElements, UnreadableJsonError } from '../../../src/cli/replay/json-elements.ts';

/** Cuts a text at random places. */
const pieces = (text: string, cuts: readonly number[]): string[] => {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].toSorted((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
};

const elementsOf = (texts: readonly string[]): unknown[] => {
  const elements = new JsonElements(['data', 'resourceSpans']);
  const found = texts.flatMap((text) => [...elements.push(text)]);
  elements.end();
  return found;
};

const element = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }).filter((each) => !('__proto__' in each));
const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('the elements of a JSON text', () => {
  it('are the objects in the arrays under the keys, wherever the text is cut, however it is laid out', () => {
    const key = fc.constantFrom('data', 'resourceSpans');
    const line = fc.record({
      key,
      list: fc.array(element, { maxLength: 4 }),
      total: fc.jsonValue(),
      indent: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), cuts, fc.boolean(), (lines, at, inArray) => {
        const texts = lines.map(({ key: name, list, total, indent }) =>
          JSON.stringify({ total: [total, { 'a"[{': 1 }], [name]: list, after: 'x' }, undefined, indent),
        );
        const text = inArray ? `[${texts.join(',')}]` : texts.join('\n');
        // What JSON keeps of a value: no -0, for instance.
        const expected = lines.flatMap(({ list }) => JSON.parse(JSON.stringify(list)) as unknown[]);
        assert.deepEqual(elementsOf(pieces(text, at)), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('refuse a text that ends too early, closes too often, or is none', () => {
    for (const text of ['{"data":[{"a":1}', '{"data":[{"a":"', '{"data":[]}}', '{"data":[{a}]}', ']'])
      assert.throws(() => elementsOf([text]), UnreadableJsonError, text);
  });
});
