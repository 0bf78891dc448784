import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';
import { isGlob } from '../sla/glob.ts';
import { filesMatching } from './file-pattern.ts';
import type { OpenSloDocument } from './openslo/documents.ts';
import { readOpenSlo } from './openslo/read-openslo.ts';
import { objectivesOf, type OpenSloObjectives } from './openslo/objectives-of.ts';
import { readTextFile } from './text-file.ts';

const MOST_FILES = 1_000;

/**
 * The objectives of all files that the paths name.
 * @param paths - as `sla.openslo` has them; the last part may have `*` and `?`.
 * @param folder - what relative paths start at, and what it is called in problems.
 */
export async function readOpenSloFiles(
  paths: readonly string[],
  folder: { readonly path: string; readonly shown: string },
  options: { readonly maxDurationMillis?: number },
): Promise<OpenSloObjectives> {
  const documents: OpenSloDocument[] = [];
  const problems: ConfigurationProblem[] = [];
  const known = new Set<string>();
  for (const [index, path] of paths.entries()) {
    const given = { path: `sla.openslo[${index}]`, value: path };
    const files = await kept(filesOf(path, folder.path, given), problems);
    for (const file of files.filter((each) => !known.has(resolve(folder.path, each)))) {
      known.add(resolve(folder.path, file));
      documents.push(...(await kept(readFile(file, folder, given), problems)));
    }
  }
  const found = objectivesOf(documents, { ...options, isIncomplete: problems.length > 0 });
  return { ...found, problems: [...problems, ...found.problems] };
}

/** What was found, or nothing where that has problems. */
async function kept<T>(found: Promise<T[]>, problems: ConfigurationProblem[]): Promise<T[]> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

/** The files that a path with a pattern names, in order. */
async function filesOf(
  path: string,
  folder: string,
  given: Pick<ConfigurationProblem, 'path' | 'value'>,
): Promise<string[]> {
  const refuse = (allowed: string): never => {
    throw new ConfigurationError([{ ...given, allowed }]);
  };
  if (isGlob(dirname(path))) return refuse('a path with * and ? in its last part only');
  const files = await filesMatching(resolve(folder, path));
  if (files.length === 0) return refuse('a path or pattern of files that are there');
  if (files.length > MOST_FILES) return refuse(`a pattern of at most ${MOST_FILES} files`);
  return files.map((file) => join(dirname(path), basename(file)));
}

async function readFile(
  path: string,
  folder: { readonly path: string; readonly shown: string },
  given: Pick<ConfigurationProblem, 'path' | 'value'>,
): Promise<OpenSloDocument[]> {
  const text = await readTextFile(resolve(folder.path, path), { ...given, value: path });
  return readOpenSlo(text, isAbsolute(path) ? path : join(folder.shown, path));
}
