import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const BLOCK = /^```ts\n([^]*?)^```$/gm;

/** The code blocks of a document that are marked `ts`, each with the line on which its code begins. */
export function codeBlocks(text: string): { readonly code: string; readonly line: number }[] {
  return [...text.matchAll(BLOCK)].map((match) => ({
    code: match[1] ?? '',
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

/**
 * What the compiler says about the code blocks of some documents, by their paths; empty when all is well. They import the
 * package from its sources or, with `built`, as an application would: through its `exports`.
 */
export function codeProblems(documents: ReadonlyMap<string, string>, { built }: { built: boolean }): string {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(root, '.tmp/code-blocks-'));
  try {
    for (const [path, text] of documents) {
      for (const { code, line } of codeBlocks(text)) {
        // A block that neither imports nor exports would share its names with the others.
        writeFileSync(join(folder, `${path.replaceAll('/', '-')}-line-${line}.ts`), `${code}export {};\n`);
      }
    }
    const free = { isolatedDeclarations: false, declaration: false, noUnusedLocals: false };
    const compilerOptions = built ? { ...free, paths: {} } : free;
    const config = { extends: '../../tsconfig.json', compilerOptions, include: ['.'], exclude: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8' });
    return status === 0 ? '' : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
