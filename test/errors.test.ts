import assert from 'node:assert/strict';
import { ConfigurationError, ResilienceError } from '../src/errors.ts';

describe('ResilienceError', () => {
  it('is an Error with a code, its own name and its cause', () => {
    const cause = new Error('first');
    const error = new ResilienceError('BROKEN', 'it broke', { cause });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.code, error.message, error.name, error.cause],
      ['BROKEN', 'it broke', 'ResilienceError', cause],
    );
  });

  it('gives what is derived from it its own name', () => {
    class FullError extends ResilienceError {}
    assert.equal(new FullError('FULL', '').name, 'FullError');
  });
});

describe('ConfigurationError', () => {
  it('lists every problem, a line each, and holds them as data', () => {
    const problems = [
      { path: 'a', value: 1, allowed: 'two' },
      { path: 'b.c', value: 'x', allowed: 'y' },
    ];
    const error = new ConfigurationError(problems);
    assert.deepEqual([error.code, error.name], ['INVALID_CONFIGURATION', 'ConfigurationError']);
    assert.equal(error.message, 'a: expected two, got 1\nb.c: expected y, got "x"');
    assert.equal(error.problems, problems);
  });

  it('puts the place in the file before a problem that was read from one', () => {
    const problem = { path: 'a', value: 1, allowed: 'two' };
    const { message } = new ConfigurationError([
      { ...problem, file: 'slo.yaml', line: 3, column: 5 },
      { ...problem, file: 'slo.yaml' },
    ]);
    assert.equal(message, 'slo.yaml:3:5: a: expected two, got 1\nslo.yaml: a: expected two, got 1');
  });

  const SHOWN: readonly (readonly [value: unknown, shown: string])[] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [NaN, 'NaN'],
    [-0.5, '-0.5'],
    [true, 'true'],
    [10n, '10'],
    [Symbol('s'), 'Symbol(s)'],
    ['', '""'],
    ['a "quoted"\nword', '"a \\"quoted\\"\\nword"'],
    ['x'.repeat(101), `"${'x'.repeat(100)}…"`],
    [() => 1, 'a function'],
    [[1, 2], 'an array'],
    [{ password: 'secret' }, 'an object'],
    [Object.create(null), 'an object'],
  ];
  for (const [value, shown] of SHOWN) {
    it(`shows what was given as ${shown.slice(0, 20)}`, () => {
      assert.equal(new ConfigurationError([{ path: 'p', value, allowed: 'a' }]).message, `p: expected a, got ${shown}`);
    });
  }
});
