import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type LoadedPackage, onPackage } from '../../src/instrumentation/clients/loaded-modules.ts';

/** What the instrumentations of OpenTelemetry use. */
const INTERCEPTING = `// import-in-the-middle
import { register } from 'node:module';
register(${JSON.stringify(import.meta.resolve('import-in-the-middle/hook.mjs'))});`;

const RETURNING_SOURCES = `// hooks that return sources
import { register } from 'node:module';
const source = \`import { readFile } from 'node:fs/promises';
export async function load(url, context, next) {
  const loaded = await next(url, context);
  return loaded.format === 'commonjs' ? { ...loaded, source: await readFile(new URL(url)) } : loaded;
}\`;
register('data:text/javascript,' + encodeURIComponent(source));`;

describe('noticing packages', () => {
  let folder: string;
  let told: LoadedPackage[];
  let watching: Disposable;
  /** `require` of a module in the folder. */
  const from = (path: string): NodeJS.Require => createRequire(join(folder, path));
  const versions = (): string[] => told.map(({ name, version }) => `${name} ${version}`);
  const watch = (...names: string[]): Disposable => onPackage(names, (loaded) => told.push(loaded));

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'loaded-')));
    told = [];
    watching = watch('planted', '@scope/planted');
  });

  afterEach(() => {
    watching[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  it('tells of a package that is required, once, when it has been evaluated', () => {
    plant(folder, 'node_modules/planted', '1.0.0');
    const load = from('app.cjs');
    assert.equal(load('planted'), load('planted'));
    assert.deepEqual(versions(), ['planted 1.0.0']);
    assert.equal(told[0]!.exports, load('planted'));
    assert.equal(told[0]!.file('lib/inner.js'), 'inner 1.0.0');
    assert.equal(told[0]!.file('lib/other.js'), undefined);
  });

  it('tells of a package that is imported', async () => {
    plant(folder, 'node_modules/planted', '1.0.0');
    writeFileSync(join(folder, 'app.mjs'), `export * as planted from 'planted';`);
    await import(pathToFileURL(join(folder, 'app.mjs')).href);
    assert.deepEqual(versions(), ['planted 1.0.0']);
  });

  it('tells of what was loaded before', () => {
    plant(folder, 'node_modules/other', '1.0.0');
    from('app.cjs')('other');
    using _ = watch('other');
    assert.deepEqual(versions(), ['other 1.0.0']);
  });

  it('tells of every copy, nested ones too', () => {
    plant(folder, 'node_modules/planted', '1.0.0');
    plant(folder, 'node_modules/@scope/planted', '3.0.0');
    plant(folder, 'node_modules/user', '1.0.0', `module.exports = require('planted');`);
    plant(folder, 'node_modules/user/node_modules/planted', '2.0.0');
    const load = from('app.cjs');
    load('planted');
    load('user');
    load('@scope/planted');
    assert.deepEqual(versions(), ['planted 1.0.0', 'planted 2.0.0', '@scope/planted 3.0.0']);
  });

  it('tells of a package that is required by its path, or linked from elsewhere', () => {
    plant(folder, 'node_modules/planted', '1.0.0');
    from('app.cjs')('./node_modules/planted/index.js');
    plant(folder, 'workspace/it', '2.0.0', undefined, 'planted');
    mkdirSync(join(folder, 'app/node_modules'), { recursive: true });
    symlinkSync(join(folder, 'workspace/it'), join(folder, 'app/node_modules/planted'));
    from('app/app.cjs')('planted');
    assert.deepEqual(versions(), ['planted 1.0.0', 'planted 2.0.0']);
  });

  it('tells nothing of a package before its main module has been evaluated', () => {
    const main = `module.exports = {}; require('./lib/inner.js'); require('circular');`;
    plant(folder, 'node_modules/planted', '1.0.0', main);
    const seen: number[] = [];
    Object.assign(globalThis, { seen: () => seen.push(told.length) });
    plant(folder, 'node_modules/circular', '1.0.0', `require('planted'); seen();`);
    from('app.cjs')('planted');
    assert.deepEqual([seen, versions()], [[0], ['planted 1.0.0']]);
  });

  it('tells nothing of other packages, nor after it was disposed of', () => {
    plant(folder, 'node_modules/planted-too', '1.0.0');
    plant(folder, 'node_modules/planted', '1.0.0');
    const load = from('app.cjs');
    load('planted-too');
    watching[Symbol.dispose]();
    load('planted');
    assert.deepEqual(versions(), []);
  });

  it('lets loading go on where a hook throws, or a package is broken', () => {
    using _ = onPackage(['planted'], () => {
      throw new Error('no');
    });
    plant(folder, 'node_modules/planted', '1.0.0', `throw new Error('broken');`);
    const load = from('app.cjs');
    assert.throws(() => load('planted'), /broken/);
    plant(folder, 'node_modules/planted', '1.0.1');
    assert.equal(load('planted').version, '1.0.1');
    assert.deepEqual(versions(), ['planted 1.0.1']);
  });

  for (const hook of ['', INTERCEPTING, RETURNING_SOURCES]) {
    it(`tells of an import() beside ${hook === '' ? 'no loader hooks' : hook.slice(3, hook.indexOf('\n'))}`, () => {
      plant(folder, 'node_modules/planted', '1.0.0');
      const watcher = new URL('../../src/instrumentation/clients/loaded-modules.ts', import.meta.url).href;
      writeFileSync(
        join(folder, 'app.mjs'),
        `${hook}
        import { onPackage } from ${JSON.stringify(watcher)};
        onPackage(['planted'], ({ version }) => console.log('loaded', version));
        const { default: { version } } = await import('planted');
        console.log('imported', version);`,
      );
      const said = execFileSync(process.execPath, [join(folder, 'app.mjs')], { encoding: 'utf8' })
        .trim()
        .split('\n');
      assert.deepEqual(said.toSorted(), ['imported 1.0.0', 'loaded 1.0.0']);
    });
  }
});

/** A CommonJS package, which has a module inside. */
function plant(root: string, path: string, version: string, main?: string, name?: string): void {
  const own = join(root, path);
  mkdirSync(join(own, 'lib'), { recursive: true });
  const called = name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  writeFileSync(join(own, 'package.json'), JSON.stringify({ name: called, version, main: 'index.js' }));
  writeFileSync(join(own, 'lib/inner.js'), `module.exports = 'inner ${version}';`);
  writeFileSync(
    join(own, 'index.js'),
    main ?? `exports.version = '${version}'; exports.inner = require('./lib/inner.js');`,
  );
}
