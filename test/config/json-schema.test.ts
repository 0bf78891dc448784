import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { type DocumentedMember, documentedMembers } from '../../scripts/documented-members.ts';
import { generatedFiles, readFile, renderFile } from '../../scripts/generated-files.ts';
import { jsonSchema } from '../../scripts/json-schema.ts';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictRequired: false });
const validate: ValidateFunction = ajv.compile(jsonSchema());

/** As docs/configuration.md begins. */
const SAMPLE = `
sla:
  objectives:
    - { service: checkout, metric: availability, target: 0.999, window: 30d }
    - { service: checkout, operation: "POST /orders", metric: response_time, target: 300ms, percentile: 0.95 }
    - { service: checkout, metric: error_rate, target: 0.01, window: { every: 1M, timeZone: Europe/Berlin } }
  openslo: [ "./slo/*.yaml" ]
  clientErrors: success
  state: { file: ./sla-state.json, interval: 60s }
  ignore: [ { operation: "GET /health*" } ]
guards:
  - match: { service: inventory }
    bulkhead: { maxConcurrent: 20, maxQueue: 50, queueTimeout: 200ms }
    timeout: adaptive
  - match: { client: [pg, redis] }
    timeout: 250
failures: { enabled: true }
status: { port: 9465 }
`;

describe('the JSON Schema', () => {
  for (const path of Object.keys(generatedFiles))
    it(`is in ${path} as the sources say, see \`npm run generate\``, async () => {
      assert.equal(await renderFile(path), readFile(path));
    });

  it('is what the package exports as schema.json', () => {
    const path = createRequire(import.meta.url).resolve('opentelemetry-resilience/schema.json');
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), jsonSchema());
  });

  it('accepts a configuration file', () => {
    assert.ok(validate(parse(SAMPLE)), ajv.errorsText(validate.errors));
    assert.ok(validate({}));
    assert.ok(validate({ $schema: './node_modules/opentelemetry-resilience/schema/resilience.schema.json' }));
  });

  for (const [what, wrong] of Object.entries({
    'a target in percent': 'sla: { objectives: [ { metric: availability, target: 99.9 } ] }',
    'an objective without a target': 'sla: { objectives: [ { metric: availability } ] }',
    'a metric that nobody knows': 'sla: { objectives: [ { metric: uptime, target: 0.9 } ] }',
    'a field of another metric': 'sla: { objectives: [ { metric: availability, target: 0.9, percentile: 0.9 } ] }',
    'a duration of an unknown unit': 'sla: { maxDuration: 5 minutes }',
    'a negative duration': 'sla: { maxDuration: -5 }',
    'a rule that ignores everything': 'sla: { ignore: [ {} ] }',
    'a rule that matches nothing in particular': 'guards: [ { match: {}, timeout: adaptive } ]',
    'a rule that does nothing': 'guards: [ { match: { service: a } } ]',
    'a client that nobody knows': 'guards: [ { match: { client: smtp }, timeout: adaptive } ]',
    'half a slot': 'guards: [ { match: { service: a }, bulkhead: { maxConcurrent: 0.5 } } ]',
    'a function': 'sla: { classify: 1 }',
    'an unknown key': 'guard: []',
    'a list': '[]',
  }))
    it(`refuses ${what}`, () => {
      assert.equal(validate(parse(wrong)), false);
    });

  it('describes every field', () => {
    const bare = describedIn(jsonSchema()).filter(({ description }) => description === undefined);
    assert.deepEqual(bare, []);
  });
});

describe('the descriptions in the JSON Schema', () => {
  const source = (path: string): URL => new URL(`../../src/${path}.ts`, import.meta.url);
  const fields = describedIn(jsonSchema());
  const CODE_ONLY = ['classify', 'identify', 'meterProvider', 'clock', 'isFailure'];

  for (const [file, type, place, without = []] of [
    ['config/config', 'ResilienceConfig', ''],
    ['config/config', 'SlaConfig', 'sla'],
    ['config/config', 'StateConfig', 'sla.state'],
    ['config/config', 'MetricsConfig', 'metrics'],
    ['config/config', 'GuardRule', 'guards[]'],
    ['config/config', 'GuardMatch', 'guards[].match'],
    ['sla/options', 'SlaOptions', 'sla'],
    ['sla/objective', 'ObjectiveScope', 'sla.objectives[]'],
    ['sla/objective', 'ObjectiveTarget', 'sla.objectives[]', ['metric']],
    ['sla/objective', 'CalendarWindow', 'sla.objectives[].window'],
    ['bulkhead/options', 'BulkheadOptions', 'guards[].bulkhead', ['name']],
    ['timeout/options', 'TimeoutOptions', 'guards[].timeout'],
  ] as const)
    it(`say of each field in ${place || 'the file'} what ${type} says`, () => {
      const isInFiles = ({ name }: DocumentedMember): boolean => ![...CODE_ONLY, ...without].includes(name);
      for (const { name, text } of documentedMembers(source(file), type).flat().filter(isInFiles)) {
        const path = place === '' ? name : `${place}.${name}`;
        const said = fields.filter((field) => field.path === path).map(({ description }) => description);
        assert.ok(said.includes(text), `${path}: ${text}`);
      }
    });
});

interface Field {
  readonly path: string;
  readonly description: unknown;
}

/** Every field of a schema, with what is said of it; once for each alternative that has it. */
function describedIn(schema: Readonly<Record<string, unknown>>, path = ''): Field[] {
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema as Record<string, object>;
  const inside = [...(anyOf as object[]), ...(oneOf as object[])].flatMap((each) => describedIn({ ...each }, path));
  const ofItems = items === undefined ? [] : describedIn({ ...items }, `${path}[]`);
  const own = Object.entries(properties as Record<string, Record<string, unknown>>).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [{ path: at, description: field['description'] }, ...describedIn(field, at)];
  });
  return [...own, ...ofItems, ...inside];
}
