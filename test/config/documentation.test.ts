import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { readDocument } from '../../scripts/documents.ts';
import { jsonSchema } from '../../scripts/json-schema.ts';
import { readConfig } from '../../src/config/load.ts';
import { ConfigFolder } from '../support/config-folder.ts';

const page = readDocument('docs/configuration.md');

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);
}

describe('docs/configuration.md', () => {
  const [sample = '', wrong = ''] = blocks('yaml');

  it('shows a file that can be used, without a warning', async () => {
    using folder = new ConfigFolder({ 'resilience.yaml': sample });
    const { config, warnings } = await readConfig(undefined, { env: {}, folder: folder.path });
    assert.deepEqual([config.sla?.objectives?.length, config.guards?.length, config.watch, warnings], [2, 2, true, []]);
  });

  it('shows a file that editors take for right', () => {
    assert.ok(new Ajv({ strictRequired: false }).validate(jsonSchema(), parse(sample)));
  });

  it('shows what is said of a wrong one', async () => {
    using folder = new ConfigFolder({ 'resilience.yaml': wrong });
    await assert.rejects(readConfig(undefined, { env: {}, folder: folder.path }), {
      message: blocks('text')[0]?.trimEnd(),
    });
  });
});
