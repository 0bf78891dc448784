import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './env-substitution.ts';

/** What a configuration is looked for in. */
export interface Surroundings {
  /** Default: of the process. */
  readonly env?: Environment;
  /** The folder that relative paths start at. Default: the working folder of the process. */
  readonly folder?: string;
}

/** A configuration file that was found. */
export interface FoundConfig {
  /** As it was given or found. */
  readonly file: string;
  /** What gave its path, as problems name it. */
  readonly given: string;
  /** Files of the other default names beside it, which are not read. */
  readonly ignored: readonly string[];
}

/** What a configuration file is called where nobody says otherwise; the first that is there counts. */
export const CONFIG_FILES: readonly string[] = ['resilience.yaml', 'resilience.yml', 'resilience.json'];

/**
 * The file to read: the one that is given, else what OTEL_RESILIENCE_CONFIG names, whether it is there or not; else the
 * first of {@link CONFIG_FILES} that is there. `undefined` where nobody asks for one and there is none.
 */
export function findConfig(path: string | undefined, surroundings: Surroundings = {}): FoundConfig | undefined {
  const { env = process.env, folder = process.cwd() } = surroundings;
  if (path !== undefined) return { file: path, given: 'configuration', ignored: [] };
  const named = env['OTEL_RESILIENCE_CONFIG']?.trim() ?? '';
  if (named !== '') return { file: named, given: 'OTEL_RESILIENCE_CONFIG', ignored: [] };
  const [file, ...ignored] = CONFIG_FILES.filter((name) => existsSync(join(folder, name)));
  return file === undefined ? undefined : { file, given: 'configuration', ignored };
}
