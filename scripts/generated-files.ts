import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { dashboards } from './grafana/dashboards.ts';
import { jsonSchema } from './json-schema.ts';

/** Files that are made as a whole, by their paths from the root of the repository. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'schema/resilience.schema.json': () => JSON.stringify(jsonSchema()),
  ...Object.fromEntries(
    Object.entries(dashboards).map(([name, build]) => [`grafana/dashboards/${name}`, () => JSON.stringify(build())]),
  ),
};

const root = new URL('..', import.meta.url);

/** The file as it should be, formatted like everything else. */
export async function renderFile(path: string): Promise<string> {
  const filepath = fileURLToPath(new URL(path, root));
  return format(generatedFiles[path]?.() ?? '', { ...(await resolveConfig(filepath)), filepath });
}

/** The file as it is; empty where there is none yet. */
export function readFile(path: string): string {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return '';
  }
}
