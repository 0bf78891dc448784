import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { withParts } from './generated-parts.ts';

const root = new URL('..', import.meta.url);

/** The README and every page of docs/, by their paths from the root of the repository. */
export function documentPaths(): string[] {
  const pages = readdirSync(new URL('docs', root)).filter((name) => name.endsWith('.md'));
  return ['README.md', ...pages.toSorted().map((name) => `docs/${name}`)];
}

export function readDocument(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

/** The document as it should be: its generated parts made anew, formatted like everything else. */
export async function renderDocument(path: string, parts: Readonly<Record<string, () => string>>): Promise<string> {
  const filepath = fileURLToPath(new URL(path, root));
  return format(withParts(readDocument(path), parts), { ...(await resolveConfig(filepath)), filepath });
}
