import assert from 'node:assert/strict';
import { parseConfig } from '../../src/config/parse.ts';
import { ConfigurationError } from '../../src/errors.ts';

async function problemsOf(text: string): Promise<string> {
  try {
    await parseConfig(text, 'resilience.yaml', {});
    return '';
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message;
  }
}

describe('a file that is no YAML', () => {
  for (const [what, text, message] of [
    [
      'has an open list',
      'a: 1\nb: [',
      /^resilience\.yaml:2:5: configuration: expected YAML or JSON \(.*\), got "b: \["$/,
    ],
    ['is indented by tabs', 'a:\n\tb: 1', /^resilience\.yaml:2:1: .*Tabs are not allowed as indentation/],
    ['has a key twice', 'a: 1\nb: 2\na: 3', /^resilience\.yaml:3:1: .*Map keys must be unique.*got "a: 3"$/],
    ['has an alias of nothing', 'a: *b', /^resilience\.yaml:1:\d+: .*Unresolved alias/],
    ['has a list for a key', '? [a]\n: b', /^resilience\.yaml:1:3: .*all keys must be strings/],
    ['has several documents', 'a: 1\n---\nb: 2\n', /^resilience\.yaml:3:1: .*one document only .*got "b: 2"$/],
    ['is empty', '', /^resilience\.yaml: configuration: expected a file that is not empty, got ""$/],
    ['has comments only', '# sla:\n#   objectives:\n', /not empty/],
    ['has an empty document', '---\n', /not empty/],
  ] as const)
    it(`${what}: is refused with its place`, async () => {
      assert.match(await problemsOf(text), message);
    });

  it('has its problems named once a line, all at once', async () => {
    const message = await problemsOf('a: { b: ${C} }\nd: e: f\n');
    assert.deepEqual(
      message.split('\n').map((line) => line.split(' ')[0]),
      ['resilience.yaml:1:10:', 'resilience.yaml:2:1:'],
    );
    assert.match(message, /inside \[ \] and \{ \} a \$\{reference\} has to be in quotes/);
  });

  it('is refused where its aliases would make it explode', async () => {
    const levels = Array.from(
      { length: 8 },
      (_, index) => `l${index + 1}: &l${index + 1} [${`*l${index},`.repeat(9)}]`,
    );
    const bomb = ['l0: &l0 [x,x,x,x,x,x,x,x,x]', ...levels].join('\n');
    assert.match(await problemsOf(bomb), /^resilience\.yaml:1:1: .*Excessive alias count/);
  });
});

describe('a file', () => {
  it('is read as JSON too, with its lines', async () => {
    const { value, placeOf } = await parseConfig('{\n\t"a": {\n\t\t"b": [1, 2]\n\t}\n}\n', 'resilience.json', {});
    assert.deepEqual(value, { a: { b: [1, 2] } });
    assert.deepEqual(placeOf(['a', 'b']), { line: 3, column: 3 });
    assert.deepEqual(placeOf(['a', 'b', 1]), { line: 3, column: 12 });
  });

  it('may have anchors, aliases and merged maps', async () => {
    const text = 'fast: &fast { timeout: 1s }\na:\n  <<: *fast\n  b: 1\nc: *fast\n';
    const { value, placeOf } = await parseConfig(text, 'resilience.yaml', {});
    assert.deepEqual(value, { fast: { timeout: '1s' }, a: { timeout: '1s', b: 1 }, c: { timeout: '1s' } });
    assert.deepEqual(placeOf(['a', 'b']), { line: 4, column: 3 });
    assert.deepEqual(placeOf(['c', 'timeout']), { line: 1, column: 15 });
  });

  it('tells where what is missing would stand', async () => {
    const { placeOf } = await parseConfig('# sla\na:\n  - b: 1\n    c: 2\n', 'resilience.yaml', {});
    assert.equal(placeOf(['a', 0, 'd']).line, 3);
    assert.equal(placeOf(['z']).line, 2);
    assert.equal(placeOf([]).line, 2);
  });

  it('may end with a line that begins another document', async () => {
    assert.deepEqual((await parseConfig('a: 1\n---\n', 'resilience.yaml', {})).value, { a: 1 });
  });

  it('has a warning for a tag that nobody knows', async () => {
    const { warnings } = await parseConfig('a: 1\nb: !env X', 'resilience.yaml', {});
    assert.deepEqual(warnings, ['resilience.yaml:2: Unresolved tag: !env']);
  });
});
