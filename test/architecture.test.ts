/**
 * The map of the house: read this first. It says who may import whom, and fails with a sentence that names the file and
 * the import that is forbidden.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forbiddenImports, type ImportMap } from './support/import-map.ts';
import { parseSourceFile, readTypeScript, type SourceFile } from './support/source-file.ts';

/** What everything else stands on: numbers, moments, errors, listeners. */
const foundations = ['time', 'stats', 'errors', 'listeners'];
/** What the package is about. A concept knows no other concept, no telemetry and no configuration. */
const concepts = ['sla', 'bulkhead', 'timeout', 'pool', 'failure'];
/** What carries the concepts to and from the world. */
const carriers = ['telemetry', 'config', 'instrumentation', 'generate', 'status'];
/** What an objective is, without what keeps it. */
const promises = ['objective', 'resolved-objective', 'objective-problems', 'burn-rate', 'glob'].map(
  (name) => `sla/${name}`,
);
const everything = [...foundations, ...concepts, ...carriers];
/** Where the concepts say which options they take. */
const optionRules = [
  ...['options', 'objective-problems', 'resolved-objective', 'span-kind', 'glob'].map((file) => `sla/${file}`),
  'bulkhead/options',
  'timeout/options',
];
/** The only package of OpenTelemetry that `src` loads; of every other it names not even a type. */
const otel = ['@opentelemetry/api'];

const map: ImportMap = {
  time: { from: ['errors'], packages: otel },
  errors: { from: [] },
  listeners: { from: [] },
  stats: { from: ['time'] },

  sla: { from: foundations, packageTypes: otel },
  bulkhead: { from: foundations, packages: otel },
  timeout: { from: foundations, packages: otel },
  pool: { from: foundations, packages: otel },
  failure: { from: foundations, packages: otel },

  telemetry: { from: [...foundations, ...concepts], packages: otel },
  config: {
    // What each concept says of its own options, so that no rule is written twice.
    from: [...foundations, ...optionRules],
    typesFrom: [...concepts, 'status'],
    packages: [...otel, 'valibot', 'yaml'],
    node: true,
  },
  instrumentation: {
    from: [...foundations, ...concepts, 'telemetry'],
    typesFrom: ['config'],
    packages: otel,
    node: true,
  },
  generate: {
    // The objectives as they are counted and alerted on, and the names they leave under: rules are made of the same.
    from: ['time', 'errors', ...promises, 'telemetry/names', 'telemetry/sla-metrics', 'config'],
    packages: ['yaml'],
    node: true,
  },
  status: { from: [], typesFrom: concepts, node: true },

  // Nobody imports these but the three that are entered from outside.
  resilience: { from: everything, packages: otel, node: true },
  index: { from: [...everything, 'resilience'], packages: otel },
  register: { from: [...everything, 'resilience'], packages: otel, node: true },
  cli: { from: [...everything, 'resilience'], packages: otel, node: true },
};

const root = fileURLToPath(new URL('..', import.meta.url));
const texts = readTypeScript(root, ['src', 'test', 'examples', 'bench', 'scripts']);
const paths = [...texts.keys()];
const source = [...texts].filter(([path]) => path.startsWith('src/')).map((entry) => parseSourceFile(...entry));

describe('architecture', () => {
  it('lets every part import only what the map allows', () => {
    assertNone(source.flatMap((file) => forbiddenImports(map, file)));
  });

  it('keeps every file to 300 lines', () => {
    const lengths = [...texts].map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }));
    const long = lengths.filter(({ lines }) => lines > 300);
    assertNone(long.map(({ path, lines }) => `${path} has ${lines} lines: split it, 300 is the most.`));
  });

  it('names every file, and every folder of src, after what it holds', () => {
    const vague = /^(utils?|helpers?|common|shared|misc|types?)(\.|$)/;
    const names = (path: string): string[] => (path.startsWith('src/') ? path.split('/') : [basename(path)]);
    const unnamed = paths.filter((path) => names(path).some((name) => vague.test(name)));
    assertNone(unnamed.map((path) => `${path} says nothing of what it holds: name it after that.`));
  });

  it('writes file names in kebab-case', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/;
    const others = paths.filter((path) => !kebab.test(basename(path)));
    assertNone(others.map((path) => `${path} is not kebab-case.`));
  });

  it('names every export of an index', () => {
    const starred = source.filter((file) => file.path.endsWith('/index.ts') && file.exportsAll);
    assertNone(starred.map((file) => `${file.path} says "export *": name what it exports.`));
  });

  it('heads every entry point of the package with a comment that says what it is', () => {
    assertNone(entryPoints().flatMap((path) => entryPointProblem(source, path)));
  });
});

describe('the import map', () => {
  it('finds a concept that imports telemetry', () => {
    assert.deepEqual(planted('src/sla/planted.ts', `import { names } from '../telemetry/names.ts';`), [
      'src/sla/planted.ts imports ../telemetry/names.ts: of ours, sla may load only time, stats, errors, listeners.',
    ]);
  });

  it('finds a forbidden import in every form it can take', () => {
    for (const text of [
      `import { a } from '../pool/a.ts';`,
      `import { type A } from '../pool/a.ts';`,
      `import type { A } from '../pool/a.ts';`,
      `import * as a from '../pool/a.ts';`,
      `import '../pool/a.ts';`,
      `export { a } from '../pool/a.ts';`,
      `export * from '../pool/a.ts';`,
      `export const a = () => import('../pool/a.ts');`,
      `export let a: import('../pool/a.ts').A;`,
    ]) {
      assert.equal(planted('src/sla/planted.ts', text).length, 1, text);
    }
  });

  it('finds a part that loads what it may only name', () => {
    assert.deepEqual(planted('src/sla/planted.ts', `import type { Span } from '@opentelemetry/api';`), []);
    assert.deepEqual(planted('src/sla/planted.ts', `import { trace } from '@opentelemetry/api';`), [
      'src/sla/planted.ts imports @opentelemetry/api: of packages, sla may load nothing.',
    ]);
  });

  it('finds another package of OpenTelemetry, even as a type', () => {
    const text = `import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';`;
    assert.equal(planted('src/instrumentation/planted.ts', text).length, 1);
  });

  it('finds a node: module in a concept, with and without its prefix', () => {
    assert.match(
      planted('src/sla/planted.ts', `import 'node:fs';`).join(),
      /^src\/sla\/planted\.ts imports node:fs: only/,
    );
    assert.equal(planted('src/sla/planted.ts', `import 'fs';`).length, 1);
    assert.deepEqual(planted('src/config/planted.ts', `import 'node:fs';`), []);
  });

  it('finds who imports an entry point', () => {
    assert.equal(planted('src/status/planted.ts', `import type { A } from '../index.ts';`).length, 1);
    assert.equal(planted('src/index.ts', `export { a } from './resilience.ts';`).length, 0);
  });

  it('finds a single file beside the one that is allowed', () => {
    assert.deepEqual(planted('src/generate/planted.ts', `import '../sla/objective.ts';`), []);
    assert.equal(planted('src/generate/planted.ts', `import '../sla/objective-set.ts';`).length, 1);
  });

  it('finds a folder that it does not know', () => {
    assert.deepEqual(planted('src/planted/a.ts', ''), [
      'src/planted/a.ts is no part of the import map: give "planted" a row there.',
    ]);
  });
});

function planted(path: string, text: string): string[] {
  return forbiddenImports(map, parseSourceFile(path, text));
}

/** The source files that the `exports` of package.json name by what is built from them. */
function entryPoints(): string[] {
  const manifest: { exports: Record<string, string | { default: string }> } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return Object.values(manifest.exports)
    .map((target) => (typeof target === 'string' ? target : target.default))
    .filter((target) => target.endsWith('.js'))
    .map((target) => target.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'));
}

function entryPointProblem(files: readonly SourceFile[], path: string): string[] {
  const file = files.find((each) => each.path === path);
  if (file === undefined) return [`package.json exports ${dirname(path)}, but there is no ${path}.`];
  return file.moduleComment === undefined ? [`${path} begins without a comment that says what it is.`] : [];
}

function assertNone(sentences: readonly string[]): void {
  if (sentences.length > 0) assert.fail(`\n${sentences.join('\n')}`);
}
