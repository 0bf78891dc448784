import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { glob, isGlob, type Match } from '../sla/glob.ts';

/** Whether the last part of a path stands for many names. */
export function isPattern(path: string): boolean {
  return isGlob(basename(path));
}

/** Which names in its folder a path stands for. As in a shell, what begins with a dot has to be asked for by one. */
export function matcherOf(path: string): Match {
  const name = basename(path);
  const matches = glob(name);
  return isGlob(name) && !name.startsWith('.') ? (other) => !other.startsWith('.') && matches(other) : matches;
}

/** The files that a path stands for, in order: itself, whether it is there or not, or those that match its last part. */
export async function filesMatching(path: string): Promise<string[]> {
  if (!isPattern(path)) return [path];
  const folder = dirname(path);
  const matches = matcherOf(path);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((each) => !each.isDirectory() && matches(each.name)).map(({ name }) => name);
  return names.toSorted().map((name) => join(folder, name));
}
