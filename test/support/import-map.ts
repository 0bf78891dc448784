import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Import, SourceFile } from './source-file.ts';

/** What one part of `src` (a folder, or a file directly below it) may import, its own files aside. */
interface ImportRule {
  /** Parts (`time`) or single files of a part (`sla/objective`). */
  readonly from: readonly string[];
  /** Parts whose types it may name, but whose code it may not load. */
  readonly typesFrom?: readonly string[];
  /** `true`: it may use `node:` modules. Without it the part runs on Bun, Deno or a worker as it is. */
  readonly node?: boolean;
  /** Packages it may load. */
  readonly packages?: readonly string[];
  /** Packages whose types it may name, but that it may not load. */
  readonly packageTypes?: readonly string[];
}

/** A part of `src` a row. */
export type ImportMap = Readonly<Record<string, ImportRule>>;

/** One sentence for every import of `file` that `map` does not allow. */
export function forbiddenImports(map: ImportMap, file: Pick<SourceFile, 'path' | 'imports'>): string[] {
  const part = partOf(file.path);
  const rule = map[part];
  if (rule === undefined) return [`${file.path} is no part of the import map: give "${part}" a row there.`];
  return file.imports.flatMap((each) => {
    const objection = objectionTo(map, part, rule, file.path, each);
    const verb = each.typeOnly ? 'imports a type from' : 'imports';
    return objection === undefined ? [] : [`${file.path} ${verb} ${each.specifier}: ${objection}.`];
  });
}

function objectionTo(map: ImportMap, part: string, rule: ImportRule, path: string, each: Import): string | undefined {
  const { specifier, typeOnly } = each;
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    const allowed = Object.keys(map).filter((name) => map[name]?.node === true);
    return rule.node === true ? undefined : `${list(allowed)} may touch node: modules`;
  }
  const may = `${part} may ${typeOnly ? 'name types of' : 'load'}`;
  if (!specifier.startsWith('.')) {
    const allowed = [...(rule.packages ?? []), ...(typeOnly ? (rule.packageTypes ?? []) : [])];
    return allowed.includes(specifier) ? undefined : `of packages, ${may} ${list(allowed)}`;
  }
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith('src/')) return 'src imports nothing from outside src';
  const allowed = [...rule.from, ...(typeOnly ? (rule.typesFrom ?? []) : [])];
  const module = target.slice('src/'.length).replace(/\.ts$/, '');
  const permitted = [part, ...allowed].some((name) => module === name || module.startsWith(`${name}/`));
  return permitted ? undefined : `of ours, ${may} ${list(allowed)}`;
}

/** `src/sla/glob.ts` is in the part `sla`, `src/errors.ts` is the part `errors`. */
function partOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.ts$/, '');
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : `only ${names.join(', ')}`;
}
