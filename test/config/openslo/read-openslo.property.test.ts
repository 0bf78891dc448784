import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { objectivesOf, readOpenSlo } from '../../../src/config/openslo/index.ts';
import { ConfigurationError } from '../../../src/errors.ts';
import { fixture, written, yamlOf } from './written-documents.ts';

const KINDS = ['SLO', 'SLI', 'Service', 'AlertPolicy', 'AlertCondition', 'AlertNotificationTarget', 'DataSource'];
const FIXTURES = ['shop.yaml', 'inline.yaml', 'rule-breakers.yaml'].map((name) =>
  parseAllDocuments(fixture(name)).map((document): unknown => document.toJS()),
);

/** Whatever a text holds: it is read, or refused with problems that each have a place in the file. */
async function isReadOrRefused(text: string): Promise<void> {
  const lines = text.split('\n').length;
  try {
    const { problems, warnings } = objectivesOf(await readOpenSlo(text, 'a.yaml'));
    for (const { file, line } of problems) assert.ok(file === 'a.yaml' && line! >= 1 && line! <= lines);
    for (const warning of warnings) assert.match(warning, /^a\.yaml:\d+: /);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    assert.ok(error.problems.length > 0);
    for (const { file, line, column, path } of error.problems)
      assert.ok(file === 'a.yaml' && path !== '' && line! >= 1 && line! <= lines && column! >= 1);
  }
}

describe('readOpenSlo and objectivesOf, given anything', () => {
  it('read or refuse any text', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), isReadOrRefused));
  });

  it('read or refuse any spec of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...KINDS), fc.jsonValue(), async (kind, spec) => {
        await isReadOrRefused(yamlOf(written(kind, 'a', spec)));
      }),
    );
  });

  it('read or refuse documents in which one value was replaced, or one key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FIXTURES),
        fc.nat(),
        fc.jsonValue(),
        fc.boolean(),
        async (documents, place, value, isKey) => {
          const places = JSON.stringify(documents).match(/"(?:[^"\\]|\\.)*"(?=:)/g)!.length;
          let left = place % places;
          const changed: unknown = JSON.parse(JSON.stringify(documents), function (this: unknown, key, held: unknown) {
            if (Array.isArray(this) || left-- !== 0) return held;
            return isKey ? undefined : (value ?? key);
          });
          await isReadOrRefused(yamlOf(...(changed as unknown[])));
        },
      ),
      { numRuns: 300 },
    );
  });
});
