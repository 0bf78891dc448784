import assert from 'node:assert/strict';
import { boundedName } from '../../src/sla/bounded-name.ts';

describe('a bounded name', () => {
  it('is the name itself up to 256 characters, and cut with an ellipsis beyond', () => {
    assert.equal(boundedName('a'.repeat(256)), 'a'.repeat(256));
    assert.equal(boundedName('a'.repeat(257)), `${'a'.repeat(255)}…`);
    assert.equal(boundedName('a'.repeat(1_000_000)).length, 256);
  });

  it('is the same for names that are special elsewhere', () => {
    for (const name of ['', '__proto__', 'constructor', 'toString', '42', '-1', '\ud800', 'é', '\n']) {
      assert.equal(boundedName(name), name);
    }
  });
});
