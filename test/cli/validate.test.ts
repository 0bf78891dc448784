import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { command } from '../support/command-line.ts';
import { ConfigFolder } from '../support/config-folder.ts';

const VALID = `sla:
  objectives:
    - { name: orders, service: checkout, metric: availability, target: 0.999 }
    - { service: checkout, operation: POST /orders, metric: response_time, target: 300ms }
    - { metric: error_rate, target: 0.01, window: 7d }
    - { name: load, metric: throughput, target: 20, sliceRatio: 0.95, window: 1d }
    - { name: perfect hours, metric: availability, target: 1, slice: 1h, sliceRatio: 0.9, window: { every: 1M } }
guards:
  - match: { service: inventory, client: [http, fetch] }
    bulkhead: { maxConcurrent: 20, maxQueue: 50 }
    timeout: adaptive
  - { match: { client: pg }, name: database, timeout: 2000 }
  - { match: { operation: GET }, bulkhead: {}, timeout: { max: 5s } }
`;
const WRONG = `sla:
  objectives:
    - { metric: availability, target: 99.9 }
guards:
  - match: { service: "a%b:c" }
    bulkhed: {}
    timeout: 1s
`;

describe('the command validate', () => {
  it('shows what is understood of a valid configuration, with its error budgets', async () => {
    using folder = new ConfigFolder({ 'a.yaml': VALID });
    const { code, out, err } = await command('validate', folder.of('a.yaml'));
    assert.deepEqual([code, err], [0, '']);
    const [head = '', ...lines] = out.slice(out.indexOf('a.yaml is valid')).split('\n');
    assert.match(head, /^a\.yaml is valid: 5 objectives, 3 guards, \d warnings?$/);
    assert.deepEqual(
      lines.filter((line) => line !== '').map((line) => line.split(/ {2,}/)),
      [
        ['SERVICE', 'OBJECTIVE', 'PROMISE', 'WINDOW', 'ALLOWS'],
        ['checkout', 'orders', '99.9 % succeed', '30d', '0.1 % of the requests, or 43m 12s of downtime'],
        ['checkout', 'POST /orders response_time_p95', '95 % within 300 ms', '30d', '5 % may take longer'],
        ['*', 'error_rate_7d', 'at most 1 % fail', '7d', '1 % of the requests, or 1h 41m of downtime'],
        ['*', 'load', '95 % of 1m slices at 20 a second or more', '1d', '5 % of the slices: 1h 12m'],
        ['*', 'perfect hours', '100 % succeed, in 90 % of 1h slices', '1M@UTC', '10 % of the slices: 3d'],
        ['GUARD', 'MATCHES', 'BULKHEAD', 'TIMEOUT'],
        ['guards[0]', 'inventory, http or fetch', 'maxConcurrent 20, maxQueue 50', 'adaptive'],
        ['database', 'pg', 'none', '2s'],
        ['guards[2]', 'GET', 'defaults', 'adaptive: max 5s'],
      ],
    );
  });

  it('shows every problem with its file and line, and ends with 1', async () => {
    using folder = new ConfigFolder({ 'a.yaml': WRONG });
    const file = folder.of('a.yaml');
    const { code, out, err } = await command('validate', file);
    assert.deepEqual([code, err], [1, '']);
    const [first = '', second = '', empty, count] = out.split('\n');
    assert.ok(first.startsWith(`${file}:3: sla.objectives[0].target: expected a number over 0 and under 1 `), first);
    assert.ok(second.startsWith(`${file}:6: guards[0].bulkhed: expected no such key (did you mean bulkhead?)`), second);
    assert.deepEqual([empty, count], ['', '2 problems']);
  });

  it('shows warnings, those of objectives too, and ends with 0', async () => {
    const objectives = `    - { name: a, metric: availability, target: 0.9, window: 5m }\n    - { name: b, metric: availability, target: 0.99, window: 30s }\n`;
    using folder = new ConfigFolder({ 'a.yaml': `failures: { enabled: true }\nsla:\n  objectives:\n${objectives}` });
    const file = folder.of('a.yaml');
    const { code, out } = await command('validate', file);
    assert.equal(code, 0);
    const warnings = out.split('\n').filter((line) => line.includes(' warning: '));
    assert.ok(warnings[0]?.startsWith(`${file}:1: warning: failures: this version`), out);
    assert.ok(
      warnings.some(
        (line) => line.startsWith(`${file}:5: warning: objective 'b' `) && line.includes('can never be at risk'),
      ),
      out,
    );
    assert.match(out, new RegExp(`is valid: 2 objectives, 0 guards, ${warnings.length} warnings`));
  });

  it('gives JSON for other programs', async () => {
    using folder = new ConfigFolder({ 'a.yaml': VALID, 'b.yaml': WRONG });
    const valid: unknown = JSON.parse((await command('validate', folder.of('a.yaml'), '--format', 'json')).out);
    assert.deepEqual(Object.keys(valid as object), ['valid', 'file', 'problems', 'warnings', 'objectives', 'guards']);
    const { code, out } = await command('validate', '--format=json', folder.of('b.yaml'));
    const wrong = JSON.parse(out) as { valid: boolean; problems: { path: string; file: string; line: number }[] };
    assert.deepEqual([code, wrong.valid], [1, false]);
    assert.deepEqual(
      wrong.problems.map(({ path, file, line }) => [path, file, line]),
      [
        ['sla.objectives[0].target', folder.of('b.yaml'), 3],
        ['guards[0].bulkhed', folder.of('b.yaml'), 6],
      ],
    );
  });

  it('annotates the lines of a pull request', async () => {
    using folder = new ConfigFolder({
      'a.yaml': WRONG,
      'b.yaml': 'failures: { enabled: true }',
      'c,1:a%.yaml': 'a: [\n',
    });
    const github = async (name: string): Promise<string> =>
      (await command('validate', folder.of(name), '--format', 'github')).out;
    const [first = '', second = '', end] = (await github('a.yaml')).split('\n');
    assert.match(
      first,
      /^::error file=[^,]*a\.yaml,line=3,title=opentelemetry-resilience::sla\.objectives\[0\]\.target: expected/,
    );
    assert.match(
      second,
      /^::error file=[^,]*a\.yaml,line=6,title=.*::guards\[0\]\.bulkhed: expected .*, got an object$/,
    );
    assert.equal(end, '');
    assert.match(await github('b.yaml'), /^::warning file=[^,]*b\.yaml,line=1,title=.*::failures: this version/);
    assert.match(await github('c,1:a%.yaml'), /^::error file=[^,]*c%2C1%3Aa%25\.yaml,line=2,col=1,title=.*got "a: \["/);
  });

  it('looks for the file as the application does', () => {
    using folder = new ConfigFolder({ 'resilience.yml': 'watch: true', 'other.yaml': 'watch: 1' });
    const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
    const validate = (env: Record<string, string>): [number | null, string, string] => {
      const options = { cwd: folder.path, encoding: 'utf8', env: { ...process.env, ...env } } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'validate'], options);
      return [status, stdout, stderr];
    };
    assert.deepEqual(validate({}), [0, 'resilience.yml is valid: 0 objectives, 0 guards, 0 warnings\n', '']);
    const wrong = 'other.yaml:1: watch: expected true or false, got 1\n\n1 problem\n';
    assert.deepEqual(validate({ OTEL_RESILIENCE_CONFIG: 'other.yaml' }), [1, wrong, '']);
  });

  it('loads no SDK of OpenTelemetry', () => {
    using folder = new ConfigFolder({ 'resilience.yaml': VALID });
    const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
    const listening = `import { registerHooks } from 'node:module';
      registerHooks({ resolve: (specifier, context, next) => {
        if (specifier.startsWith('@opentelemetry/')) process.stderr.write(specifier + '\\n');
        return next(specifier, context);
      } });`;
    for (const [name, ...args] of [['validate'], ['init', '--out', folder.of('new.yaml')], ['--help']]) {
      const { stderr, status } = spawnSync(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(listening)}`, cli, name ?? '', ...args],
        { cwd: folder.path, encoding: 'utf8' },
      );
      const loaded = new Set(stderr.split('\n').filter((line) => line !== '' && line !== '@opentelemetry/api'));
      assert.deepEqual([[...loaded], status], [[], 0], name);
    }
  });

  it('says what is wrong where there is no file', async () => {
    const { code, out } = await command('validate', '/nowhere/a.yaml');
    assert.deepEqual(
      [code, out],
      [1, 'configuration: expected a file that is there, got "/nowhere/a.yaml"\n\n1 problem\n'],
    );
  });

  it('commands no terminal by what stands in a file', async () => {
    using folder = new ConfigFolder({ 'a.yaml': '"\\e[31mred": 1\nsla: { objectives: [ { metric: "\\e[2J" } ] }' });
    assert.equal((await command('validate', folder.of('a.yaml'))).out.includes('\u001b'), false);
  });

  it('ends with 64 where it is called in a way that it does not know', async () => {
    for (const args of [['a.yaml', 'b.yaml'], ['--format', 'xml'], ['--fix']])
      assert.equal((await command('validate', ...args)).code, 64);
  });
});
