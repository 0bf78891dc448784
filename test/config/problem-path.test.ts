import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { keysOf, pathText, prefixesOf } from '../../src/config/problem-path.ts';

const keys = fc.array(fc.oneof(fc.constantFrom('sla', 'objectives', '$schema', 'a-b'), fc.nat(99)), { minLength: 1 });

describe('the path of a problem', () => {
  it('is written with dots and brackets', () => {
    assert.equal(pathText(['sla', 'objectives', 1, 'target']), 'sla.objectives[1].target');
    assert.equal(pathText([0, 'a']), '[0].a');
  });

  it('leads back to its keys', () => {
    fc.assert(fc.property(keys, (each) => assert.deepEqual(keysOf(pathText(each)), each)));
  });

  it('has all that leads to it', () => {
    assert.deepEqual(prefixesOf('sla.objectives[1].target'), [
      'sla',
      'sla.objectives',
      'sla.objectives[1]',
      'sla.objectives[1].target',
    ]);
    fc.assert(
      fc.property(keys, (each) => {
        const paths = each.map((_, index) => pathText(each.slice(0, index + 1)));
        assert.deepEqual(prefixesOf(pathText(each)), paths);
      }),
    );
  });
});
