import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { substitute } from '../../src/config/env-substitution.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { ConfigurationError } from '../../src/errors.ts';

const env = {
  STRING_VALUE: 'value',
  BOOL_VALUE: 'true',
  INT_VALUE: '1',
  FLOAT_VALUE: '1.1',
  HEX_VALUE: '0xdeadbeef',
  INVALID_MAP_VALUE: 'value\nkey:value',
  DO_NOT_REPLACE_ME: 'Never use this value',
  REPLACE_ME: '${DO_NOT_REPLACE_ME}',
  VALUE_WITH_ESCAPE: 'value$$',
  EMPTY: '',
};

async function parsed(text: string): Promise<unknown> {
  return (await parseConfig(text, 'resilience.yaml', env)).value;
}

/** The table of the OpenTelemetry specification, configuration/data-model. */
const SPECIFIED: readonly (readonly [text: string, value: unknown])[] = [
  ['${STRING_VALUE}', 'value'],
  ['${BOOL_VALUE}', true],
  ['${INT_VALUE}', 1],
  ['${FLOAT_VALUE}', 1.1],
  ['${HEX_VALUE}', 3_735_928_559],
  ['"${STRING_VALUE}"', 'value'],
  ['"${BOOL_VALUE}"', 'true'],
  ['"${INT_VALUE}"', '1'],
  ['"${FLOAT_VALUE}"', '1.1'],
  ['"${HEX_VALUE}"', '0xdeadbeef'],
  ['${env:STRING_VALUE}', 'value'],
  ['${INVALID_MAP_VALUE}', 'value\nkey:value'],
  ['foo ${STRING_VALUE} ${FLOAT_VALUE}', 'foo value 1.1'],
  ['${UNDEFINED_KEY}', null],
  ['${UNDEFINED_KEY:-fallback}', 'fallback'],
  ['${REPLACE_ME}', '${DO_NOT_REPLACE_ME}'],
  ['${UNDEFINED_KEY:-${STRING_VALUE}}', '${STRING_VALUE}'],
  ['$${STRING_VALUE}', '${STRING_VALUE}'],
  ['$$${STRING_VALUE}', '$value'],
  ['$$$${STRING_VALUE}', '$${STRING_VALUE}'],
  ['$${STRING_VALUE:-fallback}', '${STRING_VALUE:-fallback}'],
  ['$${STRING_VALUE:-${STRING_VALUE}}', '${STRING_VALUE:-value}'],
  ['${UNDEFINED_KEY:-$${UNDEFINED_KEY}}', '${UNDEFINED_KEY:-${UNDEFINED_KEY}}'],
  ['${VALUE_WITH_ESCAPE}', 'value$$'],
  ['a $$ b', 'a $ b'],
  ['a $ b', 'a $ b'],
];

/** What the table leaves open. */
const BEYOND: readonly (readonly [text: string, value: unknown])[] = [
  ['${EMPTY:-fallback}', 'fallback'],
  ['${EMPTY}', null],
  ['"${UNDEFINED_KEY}"', ''],
  ["'${INT_VALUE}'", '1'],
  ['${UNDEFINED_KEY:-7}', 7],
  ['${UNDEFINED_KEY:-}', null],
  ['!!str ${INT_VALUE}', '1'],
  ['|-\n  ${INT_VALUE}', '1'],
  ['${UNDEFINED_KEY:-a:-b}', 'a:-b'],
  ['{ a: "${INT_VALUE}" }', { a: '1' }],
  ['[ "${STRING_VALUE}", b ]', ['value', 'b']],
];

describe('substitution by the environment', () => {
  for (const [text, value] of [...SPECIFIED, ...BEYOND])
    it(`makes ${JSON.stringify(value)} of ${text}`, async () => {
      assert.deepEqual(await parsed(`key: ${text}`), { key: value });
    });

  it('leaves keys alone', async () => {
    assert.deepEqual(await parsed('${STRING_VALUE}: ${INT_VALUE}'), { '${STRING_VALUE}': 1 });
  });

  it('happens once where an alias repeats a value', async () => {
    assert.deepEqual(await parsed('a: &a $$${STRING_VALUE}\nb: *a'), { a: '$value', b: '$value' });
  });

  it('refuses what is no reference, each with its place', async () => {
    await assert.rejects(
      parsed('a: ${STRING_VALUE:?error}\nb:\n  - "${1KEY} ${API_$KEY} ${}"\n  - ${file:x}'),
      (error: unknown) => {
        assert.ok(error instanceof ConfigurationError);
        assert.deepEqual(
          error.problems.map(({ value, line, column }) => [value, line, column]),
          [
            ['${STRING_VALUE:?error}', 1, 4],
            ['${1KEY}', 3, 5],
            ['${API_$KEY}', 3, 5],
            ['${}', 3, 5],
            ['${file:x}', 4, 5],
          ],
        );
        return error.message.startsWith('resilience.yaml:1:4: configuration: expected a reference such as ${NAME}');
      },
    );
  });

  it('changes no text without a dollar, and nothing that it has put in', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, value) => {
        const plain = text.replaceAll('$', '');
        assert.deepEqual(substitute(plain, {}), { text: plain, invalid: [] });
        assert.deepEqual(substitute('<${A}>', { A: value }), { text: `<${value}>`, invalid: [] });
        assert.deepEqual(substitute(text.replaceAll('$', '$$$$'), {}), { text, invalid: [] });
      }),
    );
  });
});
