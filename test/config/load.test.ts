import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import * as sinon from 'sinon';
import type { Environment } from '../../src/config/env-substitution.ts';
import { loadConfig, type ReadConfig, readConfig } from '../../src/config/load.ts';
import { ConfigurationError, type ConfigurationProblem } from '../../src/errors.ts';
import { ConfigFolder } from '../support/config-folder.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function read(files: Files, env: Environment = {}, path?: string): Promise<ReadConfig> {
  using folder = new ConfigFolder(files);
  return await readConfig(path, { env, folder: folder.path });
}

async function problemsOf(
  files: Files,
  env: Environment = {},
  path?: string,
): Promise<readonly ConfigurationProblem[]> {
  try {
    await read(files, env, path);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems;
  }
}

async function messageOf(files: Files, env: Environment = {}, path?: string): Promise<string> {
  return new ConfigurationError(await problemsOf(files, env, path)).message;
}

describe('the configuration file', () => {
  it('is the one that is named, before the one in the environment, before those of the folder', async () => {
    const files = { 'resilience.yaml': 'watch: true', 'env.yaml': 'sla: {}', 'given.yaml': 'guards: []' };
    const env = { OTEL_RESILIENCE_CONFIG: 'env.yaml' };
    assert.deepEqual((await read(files, env, 'given.yaml')).config, { guards: [] });
    assert.deepEqual((await read(files, env)).config, { sla: {} });
    assert.deepEqual((await read(files, { OTEL_RESILIENCE_CONFIG: ' ' })).config, { watch: true });
  });

  it('is resilience.yaml, .yml or .json, and says which of them it leaves', async () => {
    const json = '{ "watch": false }';
    assert.equal((await read({ 'resilience.json': json })).file, 'resilience.json');
    const { file, warnings } = await read({ 'resilience.json': json, 'resilience.yml': 'watch: true' });
    assert.equal(file, 'resilience.yml');
    assert.deepEqual(warnings, ['resilience.json is not read, for there is resilience.yml']);
  });

  it('is missed where there is none', async () => {
    assert.match(
      await messageOf({}),
      /^configuration: expected resilience\.yaml, .* or a path in OTEL_RESILIENCE_CONFIG, got "no file"$/,
    );
    assert.equal(await messageOf({}, {}, 'a.yaml'), 'configuration: expected a file that is there, got "a.yaml"');
    assert.equal(
      await messageOf({}, { OTEL_RESILIENCE_CONFIG: '/nowhere/a.yaml' }),
      'OTEL_RESILIENCE_CONFIG: expected a file that is there, got "/nowhere/a.yaml"',
    );
    assert.match(await messageOf({ a: 'x' }, {}, 'a/b.yaml'), /expected a file that is there/);
  });

  it('is refused where it is no file of text', async () => {
    assert.match(await messageOf({ 'a/b': '' }, {}, 'a'), /^configuration: expected a file, not a folder, got "a"$/);
    assert.match(await messageOf({ a: Buffer.alloc(1_048_577, ' ') }, {}, 'a'), /expected a file of at most 1 MiB/);
    assert.match(await messageOf({ a: Buffer.from([0xff, 0xfe, 0x61, 0]) }, {}, 'a'), /expected a text in UTF-8/);
    assert.match(await messageOf({}, {}, '/dev/null'), /expected an ordinary file/);
  });

  it('may begin with a byte order mark', async () => {
    assert.deepEqual((await read({ 'resilience.yaml': '\ufeffwatch: true' })).config, { watch: true });
  });

  it('is refused where it may not be read', async function () {
    using folder = new ConfigFolder({ 'resilience.yaml': 'watch: true' });
    chmodSync(folder.of('resilience.yaml'), 0);
    // Nothing is closed to root, who tests in many a container.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const program = `import { readConfig } from ${JSON.stringify(new URL('../../src/config/load.ts', import.meta.url).href)};
      ${uid === undefined ? '' : `process.setuid(${uid});`}
      await readConfig('${folder.of('resilience.yaml')}').catch(({ message }) => console.log(message));`;
    chmodSync(folder.path, 0o755);
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    assert.match(stdout, /^configuration: expected a file that this process may read, got/);
  });

  it('has its problems named with their lines, in their order', async () => {
    const text = `
sla:
  clientErrors: sometimes
  objectives:
    - { service: checkout, metric: availability, target: 99.9 }
    - name: orders
      metric: availability
      target: 0.9
    - name: orders
      metric: throughput
guards:
  - match: { service: inventory }
    bulkhead:
      maxConcurrency: 20
    timeout: { min: 2s, max: 1s }
`;
    assert.deepEqual(
      (await messageOf({ 'resilience.yaml': text }))
        .split('\n')
        .map((line) => line.replace(/( \(|; the keys).*, got/, '…, got')),
      [
        'resilience.yaml:3: sla.clientErrors: expected one of success, failure, ignored, got "sometimes"',
        'resilience.yaml:5: sla.objectives[0].target: expected a number over 0 and under 1…, got 99.9',
        'resilience.yaml:9: sla.objectives[2].target: expected requests a second, a number over 0, got undefined',
        'resilience.yaml:9: sla.objectives[2].name: expected a name that objectives[1] does not have already, got "orders"',
        'resilience.yaml:14: guards[0].bulkhead.maxConcurrency: expected no such key…, got 20',
        'resilience.yaml:15: guards[0].timeout.max: expected over 0 and at least min…, got "1s"',
      ],
    );
  });

  it('has problems with file and line, and the path as it was given', async () => {
    const [problem] = await problemsOf({ 'conf/a.json': '{\n  "watch": 1\n}' }, {}, './conf/a.json');
    const { file, line, path, value } = problem ?? {};
    assert.deepEqual({ file, line, path, value }, { file: './conf/a.json', line: 2, path: 'watch', value: 1 });
  });
});

describe('a value that is missing in a file', () => {
  it('is as if its key were left out: an unset variable, a list that is commented out', async () => {
    const text = 'sla:\n  objectives:\n  # - {}\n  maxSeries: ${MAX_SERIES}\nguards:\nwatch: ${WATCH}\n';
    assert.deepEqual((await read({ 'resilience.yaml': text })).config, { sla: {} });
    const { config } = await read({ 'resilience.yaml': text }, { MAX_SERIES: '50', WATCH: 'true' });
    assert.deepEqual(config, { sla: { maxSeries: 50 }, watch: true });
  });

  it('is a mistake where it could mean the defaults as well: {} says them', async () => {
    const text =
      'guards:\n  - match: { service: a }\n    bulkhead:\n    timeout: ${TIMEOUT}\nmetrics:\n  prometheus:\n';
    assert.deepEqual(
      (await problemsOf({ 'resilience.yaml': text })).map(({ path, value, line }) => [path, value, line]),
      [
        ['guards[0].bulkhead', null, 3],
        ['guards[0].timeout', null, 4],
        ['metrics.prometheus', null, 6],
      ],
    );
  });

  it('is missed where it is needed', async () => {
    const text = 'sla:\n  objectives:\n    - metric: availability\n      target: ${TARGET}\n';
    assert.deepEqual(
      (await problemsOf({ 'resilience.yaml': text })).map(({ path, line }) => [path, line]),
      [['sla.objectives[0].target', 4]],
    );
  });

  it('ends where a file contains itself', async () => {
    assert.match(
      await messageOf({ 'resilience.yaml': 'sla: &a\n  objectives: [ *a ]\n' }),
      /sla\.objectives\[0\]: expected an object/,
    );
  });
});

describe('what is read', () => {
  it('has paths from the root, and no more what only files have', async () => {
    using folder = new ConfigFolder({
      'conf/resilience.yaml': '$schema: a\nsla: { state: { file: ../state.json, interval: 5s }, openslo: [] }',
    });
    const { config, sources } = await readConfig('conf/resilience.yaml', { env: {}, folder: folder.path });
    assert.deepEqual(config, { sla: { objectives: [], state: { file: folder.of('state.json'), interval: '5s' } } });
    assert.deepEqual(sources, [folder.of('conf/resilience.yaml')]);
  });

  it('keeps a path that begins at the root', async () => {
    const { config } = await read({ 'resilience.yaml': 'sla: { state: { file: /var/lib/state.json } }' });
    assert.equal(config.sla?.state?.file, '/var/lib/state.json');
  });

  it('has warnings of what will not do what it seems to', async () => {
    const { warnings } = await read({
      'resilience.yaml': `
failures: { enabled: true }
guards:
  - { match: { service: 'a', client: [http, fetch] }, timeout: 1s }
  - { match: { service: 'a', client: http, operation: GET }, timeout: 2s }
  - { match: { service: b }, name: shared, bulkhead: { maxConcurrent: 1, maxQueue: 2 } }
  - { match: { service: c }, name: shared, bulkhead: { maxQueue: 2, maxConcurrent: 1 } }
  - { match: { service: d }, name: shared, bulkhead: { maxConcurrent: 3 } }
  - { match: { operation: SELECT }, timeout: 1s }
  - { match: { service: '*', operation: SELECT }, bulkhead: {} }
`,
    });
    assert.deepEqual(warnings, [
      'resilience.yaml:5: guards[1]: never counts, for guards[0] matches the same calls and comes before it',
      "resilience.yaml:8: guards[4]: shares the compartment 'shared' with guards[2]; whichever is called first decides its options",
      'resilience.yaml:10: guards[6]: never counts, for guards[5] matches the same calls and comes before it',
      'resilience.yaml:2: failures: this version analyses no failures yet; nothing comes of it',
    ]);
  });

  it('has its warnings told through diag by loadConfig', async () => {
    using folder = new ConfigFolder({
      'a.yaml': 'failures: { enabled: true }',
      'b.yaml': 'failures: { enabled: false }',
    });
    const warn = sinon.spy();
    diag.setLogger({ warn } as unknown as DiagLogger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    try {
      assert.deepEqual(await loadConfig(folder.of('a.yaml')), { failures: { enabled: true } });
      await loadConfig(folder.of('b.yaml'));
    } finally {
      diag.disable();
    }
    sinon.assert.calledOnce(warn);
    assert.match(String(warn.firstCall.args[0]), /a\.yaml:1: failures: this version analyses no failures yet/);
  });
});
