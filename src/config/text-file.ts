import { readFile, stat } from 'node:fs/promises';
import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';

const MOST_BYTES = 1_048_576;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'a file that is there',
  ENOTDIR: 'a file that is there',
  EACCES: 'a file that this process may read',
  EPERM: 'a file that this process may read',
};

/**
 * The text of a file of at most 1 MiB.
 * @param problem - where its path was given, and how it stands there.
 * @throws ConfigurationError saying why it cannot be read.
 */
export async function readTextFile(path: string, problem: Omit<ConfigurationProblem, 'allowed'>): Promise<string> {
  const refuse = (allowed: string): never => {
    throw new ConfigurationError([{ ...problem, allowed }]);
  };
  let bytes: Buffer;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return refuse('a file, not a folder');
    if (!found.isFile()) return refuse('an ordinary file');
    if (found.size > MOST_BYTES) return refuse('a file of at most 1 MiB');
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    return refuse(REASONS[code] ?? `a file that can be read (${String(error)})`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('a text in UTF-8');
  }
}
