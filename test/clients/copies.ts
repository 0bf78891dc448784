import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where the clients under test are installed: the newest here, or in a folder that `run.ts` has filled with the oldest. */
const tree = process.env.CLIENTS_TREE ?? join(import.meta.dirname, '../..');

/** Which end of the supported versions is under test. */
export const isOldest: boolean = process.env.CLIENTS_TREE !== undefined;

/** Loads a client under test. */
export const load: NodeJS.Require = createRequire(join(tree, 'package.json'));

/** Imports a client under test, as a module beside it would. */
export async function importClient(name: string): Promise<unknown> {
  if (!isOldest) return import(name);
  const importer = join(tree, `import-${process.pid}.mjs`);
  writeFileSync(importer, `export * from '${name}'; export { default } from '${name}';`);
  try {
    return await import(pathToFileURL(importer).href);
  } finally {
    rmSync(importer);
  }
}
