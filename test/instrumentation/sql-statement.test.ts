import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { pgStatement } from '../../src/instrumentation/clients/pg-statement.ts';

describe('the command of an SQL text', () => {
  it('is its first word, whatever stands in front of it', () => {
    for (const text of [
      'SELECT 1',
      'select 1',
      '\n\t  Select 1',
      '(SELECT 1) UNION (SELECT 2)',
      '-- why\n  SELECT 1',
      '/* who: me */ SELECT 1',
      '/**/--\n/* -- */( ( SELECT 1',
    ])
      assert.deepEqual(pgStatement(text), { operation: 'SELECT' }, text);
    assert.equal(pgStatement('WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a').operation, 'WITH');
  });

  it('is one of few names', () => {
    for (const text of [
      'SELECTED',
      'nosuch 1',
      '',
      ' ',
      '1',
      '/* endless',
      '-- endless',
      '"SELECT"',
      undefined,
      null,
      7,
    ])
      assert.deepEqual(pgStatement(text), { operation: 'QUERY' }, String(text));
  });

  it('begins a transaction', () => {
    for (const text of ['BEGIN', 'begin isolation level serializable', 'START TRANSACTION READ ONLY'])
      assert.deepEqual(pgStatement(text), { operation: 'BEGIN', turn: 'begins' }, text);
  });

  it('ends a transaction', () => {
    for (const text of ['COMMIT', 'commit work', 'END', 'COMMIT AND NO CHAIN'])
      assert.deepEqual(pgStatement(text), { operation: 'COMMIT', turn: 'ends' }, text);
    for (const text of ['ROLLBACK', 'ABORT', 'ROLLBACK; SELECT 1 AS "TO"'])
      assert.deepEqual(pgStatement(text), { operation: 'ROLLBACK', turn: 'ends' }, text);
    assert.deepEqual(pgStatement(`PREPARE TRANSACTION 'it'`), { operation: 'PREPARE', turn: 'ends' });
  });

  it('leaves a transaction open', () => {
    for (const text of [
      'ROLLBACK TO here',
      'ROLLBACK WORK TO SAVEPOINT here',
      'COMMIT AND CHAIN',
      'PREPARE it AS SELECT 1',
    ])
      assert.equal(pgStatement(text).turn, undefined, text);
  });

  it('is found in a time that grows no faster than the text', () => {
    for (const part of [' ', '(', '--', '-- -', '/*', '/* *', '\n--', '/**/', 'ROLLBACK ', 'COMMIT AND '])
      assert.equal(typeof pgStatement(part.repeat(200_000)).operation, 'string');
  });

  it('is found in every text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('-', '/', '*', '(', ' ', '\n', ';', 'S', 'SELECT') })),
        (text) => {
          assert.match(pgStatement(text).operation, /^[A-Z]+$/);
        },
      ),
    );
  });
});
