import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import type { ResilienceConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/load.ts';
import { watchConfig, type WatchOptions } from '../../src/config/watch.ts';
import { ConfigFolder } from '../support/config-folder.ts';

const FAST: WatchOptions = { env: {}, settleMillis: 5 };
/** For files that stay bad. */
const SOON: WatchOptions = { confirmMillis: 20 };

/** A configuration of a folder that is watched; what is heard can be awaited. */
class Watched implements Disposable {
  readonly folder: ConfigFolder;
  readonly #events = new EventEmitter();
  #watch: Disposable | undefined;
  changes = 0;
  troubles = 0;

  constructor(folder: ConfigFolder) {
    this.folder = folder;
  }

  async begin(file: string, options: WatchOptions = {}, onChange?: () => void): Promise<this> {
    const surroundings = { ...FAST, folder: this.folder.path, ...options };
    const heard = ({ config }: { config: ResilienceConfig }): void => {
      this.changes++;
      this.#events.emit('change', config);
      onChange?.();
    };
    const onTrouble = (sentence: string): void => {
      this.troubles++;
      this.#events.emit('trouble', sentence);
    };
    this.#watch = watchConfig(await readConfig(file, surroundings), heard, { ...surroundings, onTrouble });
    return this;
  }

  /** What is heard next after something is done. */
  async change(act: () => void): Promise<ResilienceConfig> {
    const next = once(this.#events, 'change');
    act();
    const [config] = (await next) as [ResilienceConfig];
    return config;
  }

  async trouble(act: () => void): Promise<string> {
    const next = once(this.#events, 'trouble');
    act();
    const [sentence] = (await next) as [string];
    return sentence;
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
    this.folder[Symbol.dispose]();
  }
}

function watched(files: Readonly<Record<string, string>>, options?: WatchOptions): Promise<Watched> {
  return new Watched(new ConfigFolder(files)).begin('resilience.yaml', options);
}

const timeout = (millis: number): string => `guards: [ { match: { service: a }, timeout: ${millis} } ]\n`;
const timeoutIn = ({ guards }: ResilienceConfig): unknown => guards?.[0]?.timeout;

describe('a watched configuration', () => {
  it('is read again when its file is written', async () => {
    using a = await watched({ 'resilience.yaml': timeout(1) });
    assert.equal(timeoutIn(await a.change(() => a.folder.write('resilience.yaml', timeout(2)))), 2);
    assert.equal(timeoutIn(await a.change(() => a.folder.write('resilience.yaml', timeout(3)))), 3);
    assert.deepEqual([a.changes, a.troubles], [2, 0]);
  });

  it('is read again when an editor puts another file in its place', async () => {
    using a = await watched({ 'resilience.yaml': timeout(1) });
    for (const millis of [2, 3]) {
      a.folder.write('.resilience.yaml.swp', timeout(millis));
      const rename = (): void => renameSync(a.folder.of('.resilience.yaml.swp'), a.folder.of('resilience.yaml'));
      assert.equal(timeoutIn(await a.change(rename)), millis);
    }
  });

  it('is read again when its file was cut to nothing before it was written', async () => {
    using a = await watched({ 'resilience.yaml': timeout(1) });
    const write = (): void => {
      truncateSync(a.folder.of('resilience.yaml'));
      setImmediate(() => writeFileSync(a.folder.of('resilience.yaml'), timeout(2)));
    };
    assert.equal(timeoutIn(await a.change(write)), 2);
    assert.equal(a.troubles, 0);
  });

  it('is read again when its file was gone in between', async () => {
    using a = await watched({ 'resilience.yaml': timeout(1) }, SOON);
    const gone = await a.trouble(() => rmSync(a.folder.of('resilience.yaml')));
    assert.match(gone, /cannot be used, the one before goes on:\nconfiguration: expected a file that is there/);
    assert.equal(timeoutIn(await a.change(() => a.folder.write('resilience.yaml', timeout(2)))), 2);
  });

  it('is read again when Kubernetes swaps the link that it stands behind', async () => {
    const folder = new ConfigFolder({ '..2026_01/resilience.yaml': timeout(1) });
    symlinkSync('..2026_01', folder.of('..data'));
    symlinkSync('..data/resilience.yaml', folder.of('resilience.yaml'));
    using a = await new Watched(folder).begin('resilience.yaml');
    for (const [old, next, millis] of [
      ['..2026_01', '..2026_02', 2],
      ['..2026_02', '..2026_03', 3],
    ] as const) {
      const swap = (): void => {
        folder.write(`${next}/resilience.yaml`, timeout(millis));
        symlinkSync(next, folder.of('..data_tmp'));
        renameSync(folder.of('..data_tmp'), folder.of('..data'));
        rmSync(folder.of(old), { recursive: true });
      };
      assert.equal(timeoutIn(await a.change(swap)), millis);
    }
    assert.equal(a.troubles, 0);
  });

  it('is read again when the file behind its link is written', async () => {
    const folder = new ConfigFolder({ 'elsewhere/real.yaml': timeout(1) });
    symlinkSync('elsewhere/real.yaml', folder.of('resilience.yaml'));
    using a = await new Watched(folder).begin('resilience.yaml');
    assert.equal(timeoutIn(await a.change(() => folder.write('elsewhere/real.yaml', timeout(2)))), 2);
  });

  it('is read again when its folder was replaced', async () => {
    using a = await new Watched(new ConfigFolder({ 'conf/resilience.yaml': timeout(1) })).begin(
      'conf/resilience.yaml',
      {
        pollMillis: 10,
      },
    );
    const replace = (): void => {
      rmSync(a.folder.of('conf'), { recursive: true });
      mkdirSync(a.folder.of('conf'));
      a.folder.write('conf/resilience.yaml', timeout(2));
    };
    assert.equal(timeoutIn(await a.change(replace)), 2);
    assert.equal(timeoutIn(await a.change(() => a.folder.write('conf/resilience.yaml', timeout(3)))), 3);
  });

  it('says once what is wrong with a bad file, with all its problems, and goes on as before', async () => {
    using a = await watched({ 'resilience.yaml': timeout(1) }, SOON);
    const bad = await a.trouble(() => a.folder.write('resilience.yaml', 'watch: 1\nguard: []\n'));
    assert.match(
      bad,
      /\nresilience\.yaml:1: watch: expected true or false, got 1\nresilience\.yaml:2: guard: expected/,
    );
    // The same again, then the old one: nothing to say. The next thing heard is the new one.
    a.folder.write('resilience.yaml', 'watch: 1\nguard: []\n');
    assert.equal(timeoutIn(await a.change(() => a.folder.write('resilience.yaml', timeout(2)))), 2);
    assert.deepEqual([a.changes, a.troubles], [1, 1]);
  });

  it('has changed already when it is watched', async () => {
    using folder = new ConfigFolder({ 'resilience.yaml': timeout(1) });
    const surroundings = { ...FAST, folder: folder.path };
    const read = await readConfig('resilience.yaml', surroundings);
    folder.write('resilience.yaml', timeout(2));
    const changed = new EventEmitter();
    const watch = watchConfig(read, ({ config }) => changed.emit('change', config), surroundings);
    const [config] = (await once(changed, 'change')) as [ResilienceConfig];
    watch[Symbol.dispose]();
    assert.equal(timeoutIn(config), 2);
  });

  it('tells what the one who hears of it throws', async () => {
    using a = await new Watched(new ConfigFolder({ 'resilience.yaml': timeout(1) })).begin(
      'resilience.yaml',
      {},
      () => {
        throw new Error('no room');
      },
    );
    const sentence = await a.trouble(() => a.folder.write('resilience.yaml', timeout(2)));
    assert.equal(sentence, 'the changed configuration could not be put in use: Error: no room');
  });

  it('keeps no process alive', () => {
    using folder = new ConfigFolder({ 'resilience.yaml': 'watch: true' });
    const source = (name: string): string =>
      JSON.stringify(new URL(`../../src/config/${name}.ts`, import.meta.url).href);
    const program = `import { readConfig } from ${source('load')};
      import { watchConfig } from ${source('watch')};
      watchConfig(await readConfig('resilience.yaml'), () => {});
      console.log('done');`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder.path,
      encoding: 'utf8',
      timeout: 10_000,
    });
    assert.deepEqual([stdout, status], ['done\n', 0]);
  });
});

describe('OpenSLO files of a watched configuration', () => {
  const slo = (name: string, target: number): string => `
apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name}, annotations: { opentelemetry-resilience/metric: availability } }
spec:
  service: web
  indicator:
    metadata: { name: ${name} }
    spec:
      ratioMetric:
        good: { metricSource: { type: Any, spec: { query: any } } }
        total: { metricSource: { type: Any, spec: { query: any } } }
  timeWindow: [ { duration: 28d, isRolling: true } ]
  budgetingMethod: Occurrences
  objectives: [ { target: ${target} } ]
`;
  const targets = ({ sla }: ResilienceConfig): unknown[] => sla?.objectives?.map(({ target }) => target) ?? [];

  it('are read again when one of them changes, comes or goes', async () => {
    using a = await watched({ 'resilience.yaml': 'sla: { openslo: [ "slo/*.yaml" ] }', 'slo/a.yaml': slo('a', 0.9) });
    assert.deepEqual(targets(await a.change(() => a.folder.write('slo/a.yaml', slo('a', 0.95)))), [0.95]);
    assert.deepEqual(targets(await a.change(() => a.folder.write('slo/b.yaml', slo('b', 0.99)))), [0.95, 0.99]);
    assert.deepEqual(targets(await a.change(() => rmSync(a.folder.of('slo/a.yaml')))), [0.99]);
  });

  it('are watched as soon as the configuration names them', async () => {
    using a = await watched({ 'resilience.yaml': timeout(1), 'slo/a.yaml': slo('a', 0.9) });
    const named = await a.change(() => a.folder.write('resilience.yaml', 'sla: { openslo: [ slo/a.yaml ] }'));
    assert.deepEqual(targets(named), [0.9]);
    assert.deepEqual(targets(await a.change(() => a.folder.write('slo/a.yaml', slo('a', 0.95)))), [0.95]);
  });
});
