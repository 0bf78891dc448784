import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { objectivesOf, OPENSLO_ANNOTATIONS, readOpenSlo } from '../../../src/config/openslo/index.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const page = read('docs/openslo.md');
const example = read('examples/openslo/checkout.yaml');
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

describe('docs/openslo.md', () => {
  it('names every annotation', () => {
    for (const annotation of Object.values(OPENSLO_ANNOTATIONS))
      assert.ok(page.includes(`| \`${annotation}\``), annotation);
  });

  it('shows the example as it is', () => {
    assert.ok(blocks.includes(example));
  });

  it('shows what becomes of the example, which needs no word', async () => {
    const files = ['company.yaml', 'checkout.yaml'];
    const documents = await Promise.all(files.map((file) => readOpenSlo(read(`examples/openslo/${file}`), file)));
    const { objectives, problems, warnings } = objectivesOf(documents.flat());
    assert.deepEqual([problems, warnings], [[], []]);
    const { objectives: shown } = parse(blocks.at(-1)!) as { objectives: unknown };
    assert.deepEqual(shown, objectives);
  });
});
