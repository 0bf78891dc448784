import assert from 'node:assert/strict';
import { withinTheStack } from '../../src/config/yaml-depth.ts';
import { ConfigurationError } from '../../src/errors.ts';

// A file of 14 000 items between brackets had a bare RangeError of the parser, without the file, for its only message.
describe('a file beyond the parser', () => {
  const deeper = (level: number): number => deeper(level + 1) + 1;

  it('is a problem that names it where the stack does not suffice', () => {
    assert.throws(
      () => withinTheStack(() => deeper(0), 'nested.yaml'),
      (error) => error instanceof ConfigurationError && error.problems[0]?.file === 'nested.yaml',
    );
  });

  it('leaves every other error as it is', () => {
    const other = new TypeError('another');
    assert.throws(() => withinTheStack(() => assert.fail(other), 'nested.yaml'), other);
  });
});
