/** Registration from the sources, in processes of their own. The packed package is tested on both SDK lines: test/compat. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const application = join(import.meta.dirname, 'application.ts');
const source = (module: string): string => new URL(`../../src/${module}`, import.meta.url).href;
/** What `node --import` and `node --require` come to. */
const asImport = source('register.ts');
const asRequire = `data:text/javascript,import { registerSync } from '${source('register/register-sync.ts')}'; registerSync(process.env)`;

const promise = 'sla:\n  objectives:\n    - { name: promised, metric: availability, target: 0.999 }\n';

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** What the package said. */
  readonly told: readonly string[];
}

describe('register', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'register-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Fails where the application does. */
  async function run(register: string, env: Record<string, string> = {}): Promise<Ended> {
    const { NODE_V8_COVERAGE: coverage = '' } = process.env;
    const child = execFile(process.execPath, ['--import', register, application], {
      cwd: folder,
      env: {
        NODE_V8_COVERAGE: coverage,
        OTEL_SERVICE_NAME: 'shop',
        OTEL_TRACES_EXPORTER: 'console',
        OTEL_METRICS_EXPORTER: 'console',
        OTEL_LOGS_EXPORTER: 'none',
        ...env,
      },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (text: string) => (stdout += text));
    child.stderr?.on('data', (text: string) => (stderr += text));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, stderr);
    const told = Array.from(stderr.matchAll(/^opentelemetry-resilience: (.*)$/gm), ([, sentence = '']) => sentence);
    return { stdout, stderr, told };
  }

  for (const [way, register] of [
    ['--import', asImport],
    ['--require', asRequire],
  ] as const) {
    it(`by ${way}, keeps the objectives of a file, beside the exporters of the environment`, async () => {
      writeFileSync(join(folder, 'resilience.yaml'), promise);
      const { stdout, told } = await run(register, { START: 'yes', OTEL_TRACES_SAMPLER: 'always_on' });
      assert.deepEqual(told, []);
      assert.match(stdout, /^ {2}name: 'POST \/orders'/m);
      assert.match(stdout, /name: 'sla\.duration'/);
      assert.match(stdout, /'sla\.objective': 'promised'/);
    });

    it(`by ${way}, counts requests where there is no file`, async () => {
      const { stdout, told } = await run(register, { START: 'yes', OTEL_TRACES_SAMPLER: 'always_off' });
      assert.deepEqual(told, []);
      assert.match(stdout, /name: 'sla\.requests'/);
    });

    it(`by ${way}, tells every mistake of a file at once, and leaves the application alone`, async () => {
      writeFileSync(join(folder, 'resilience.yaml'), `${promise.replace('0.999', '7')}guards: 5\n`);
      const { stdout, stderr, told } = await run(register, { START: 'yes' });
      assert.equal(told.length, 1);
      assert.match(stderr, /it could not be configured:\n[^]*sla\.objectives\[0\]\.target[^]*guards/);
      assert.match(stdout, /^ {2}name: 'POST \/orders'/m);
      assert.doesNotMatch(stdout, /sla\./);
    });

    it(`by ${way}, tells that no SDK was started`, async () => {
      const { told } = await run(register, { OTEL_TRACES_EXPORTER: 'none' });
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /^no requests are counted, for with OTEL_TRACES_EXPORTER=none/);
    });
  }

  it('does nothing with OTEL_RESILIENCE_DISABLED=true', async () => {
    writeFileSync(join(folder, 'resilience.yaml'), 'guards: 5\n');
    const { stdout, stderr } = await run(asImport, { START: 'yes', OTEL_RESILIENCE_DISABLED: ' True' });
    assert.equal(stderr, '');
    assert.doesNotMatch(stdout, /sla\./);
  });

  it('tells what is odd about a configuration, also where nobody has set a logger', async () => {
    writeFileSync(join(folder, 'resilience.yaml'), 'failures: { enabled: true }\n');
    writeFileSync(join(folder, 'resilience.json'), '{}');
    const { told } = await run(asImport, { START: 'yes' });
    assert.equal(told.length, 2);
    assert.match(told.join('\n'), /resilience\.json is not read[^]*failures/);
  });

  it('opens the endpoint that is asked for where the SDK has no reader', async () => {
    const port = await freePort();
    writeFileSync(join(folder, 'resilience.yaml'), `metrics: { prometheus: { port: ${port} } }\nwatch: true\n`);
    const { stdout, told } = await run(asImport, {
      START: 'yes',
      SHOWN: `http://localhost:${port}/metrics`,
      OTEL_METRICS_EXPORTER: 'none',
    });
    assert.deepEqual(told, []);
    assert.match(stdout, /^target_info\{.*service_name="shop"/m);
    assert.match(stdout, /^sla_requests_total\{.*sla_result="success".*\} 1$/m);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
