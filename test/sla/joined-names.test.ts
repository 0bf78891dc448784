import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { JoinedNames } from '../../src/sla/joined-names.ts';

describe('joined names', () => {
  it('are both names with the separator between them', () => {
    const names = new JoinedNames(' ');
    assert.equal(names.join('GET', '/orders'), 'GET /orders');
    assert.equal(new JoinedNames(':').join('db', 5432), 'db:5432');
    assert.equal(new JoinedNames('/').join('', ''), '/');
  });

  it('are right whatever was asked before', () => {
    const name = fc.constantFrom('a', 'b', '', '__proto__', 'constructor', 'a/b', 'é');
    const second = fc.oneof(name, fc.constantFrom(0, 1, 80));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, second), { maxLength: 30 }),
        fc.integer({ min: 0, max: 5 }),
        (pairs, limit) => {
          const names = new JoinedNames('/', limit);
          return pairs.every(([first, last]) => names.join(first, last) === `${first}/${last}`);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('tell a number from its digits only by what is joined, which is the same', () => {
    const names = new JoinedNames(':');
    assert.equal(names.join('a', 1), names.join('a', '1'));
  });

  it('are right past the number that is remembered', () => {
    const names = new JoinedNames(' ', 10);
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 50; index++) assert.equal(names.join('GET', `/${index}`), `GET /${index}`);
    }
  });

  it('are cut where they are too long to be kept', () => {
    const names = new JoinedNames(' ');
    const long = 'x'.repeat(1_000);
    for (let round = 0; round < 2; round++) {
      assert.equal(names.join(long, 'b'), `${'x'.repeat(255)}…`);
      assert.equal(names.join('a', long), `a ${'x'.repeat(253)}…`);
      assert.equal(names.join('a', 'x'.repeat(254)), `a ${'x'.repeat(254)}`);
    }
  });
});
