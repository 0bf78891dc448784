import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** One `import`, `export … from`, `import()` or `import('…').Type`. */
export interface Import {
  /** As it is written: `./glob.ts`, `node:fs`, `@opentelemetry/api`. */
  readonly specifier: string;
  /** Gone after compilation. `import { type A }` is not: under `verbatimModuleSyntax` the module is still loaded. */
  readonly typeOnly: boolean;
}

/** What a file of `src` says about itself. */
export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** It says `export *` somewhere. */
  readonly exportsAll: boolean;
  /** The doc comment on its first line, where there is one. */
  readonly moduleComment: string | undefined;
}

export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new SyntaxError(`${path} does not parse: ${errors[0].message}`);
  const imports: Import[] = [];
  let exportsAll = false;
  new Visitor({
    ImportDeclaration: (node) => {
      imports.push({ specifier: node.source.value, typeOnly: node.importKind === 'type' });
    },
    ExportNamedDeclaration: (node) => {
      if (node.source) imports.push({ specifier: node.source.value, typeOnly: node.exportKind === 'type' });
    },
    ExportAllDeclaration: (node) => {
      imports.push({ specifier: node.source.value, typeOnly: node.exportKind === 'type' });
      exportsAll = true;
    },
    ImportExpression: ({ source }) => {
      const literal = source.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined;
      imports.push({ specifier: literal ?? text.slice(source.start, source.end), typeOnly: false });
    },
    TSImportType: (node) => {
      imports.push({ specifier: node.source.value, typeOnly: true });
    },
  }).visit(program);
  const first = comments[0];
  const moduleComment = first?.start === 0 && first.value.startsWith('*') ? first.value : undefined;
  return { path, imports, exportsAll, moduleComment };
}

/** Every TypeScript file below `folders` by its path from `root`; a folder that does not exist holds none. */
export function readTypeScript(root: string, folders: readonly string[]): Map<string, string> {
  const paths = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesBelow(root, folder));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => `${folder}/${name.split(sep).join('/')}`)
    .toSorted();
}
