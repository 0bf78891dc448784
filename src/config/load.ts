import { dirname, resolve } from 'node:path';
import { diag } from '@opentelemetry/api';
import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';
import { objectiveProblems } from '../sla/objective-problems.ts';
import type { Objective } from '../sla/objective.ts';
import { SLA_DEFAULTS } from '../sla/options.ts';
import { parseDuration } from '../time/duration.ts';
import { checkConfig } from './check.ts';
import type { ResilienceConfig, SlaConfig } from './config.ts';
import { CONFIG_FILES, findConfig, type Surroundings } from './find.ts';
import { withoutNulls } from './nulls.ts';
import type { OpenSloObjectives } from './openslo/objectives-of.ts';
import { type ParsedFile, parseConfig } from './parse.ts';
import { keysOf } from './problem-path.ts';
import { isPlainObject } from './schema/closed-object.ts';
import { readTextFile } from './text-file.ts';
import { configWarnings } from './warnings.ts';

/** What came of a configuration file. */
export interface ReadConfig {
  /** As `createResilience` takes it: objectives of OpenSLO files are among its own, paths begin at the root. */
  readonly config: ResilienceConfig;
  /** The file, as it was given or found. */
  readonly file: string;
  /** What it was made of, from the root: the file, and the paths of OpenSLO files, whose last part may have `*` and `?`. */
  readonly sources: readonly string[];
  /** What is legal but will not do what it seems to, each with its place. */
  readonly warnings: readonly string[];
}

/**
 * Reads a configuration file: YAML or JSON, the environment in place of `${NAME}`. What is odd but legal is told through `diag`.
 * @param path - the file. Default: what OTEL_RESILIENCE_CONFIG names, else `resilience.yaml`, `.yml` or `.json` here.
 * @throws ConfigurationError listing every problem, with file and line; also where there is no file.
 */
export async function loadConfig(path?: string): Promise<ResilienceConfig> {
  const { config, warnings } = await readConfig(path);
  for (const warning of warnings) diag.warn(`opentelemetry-resilience: ${warning}`);
  if (config.watch === true)
    diag.warn('opentelemetry-resilience: only register watches the file: read it again yourself, and call apply()');
  return config;
}

/**
 * Reads a configuration file like {@link loadConfig}, and leaves the telling to the caller.
 * @throws ConfigurationError listing every problem.
 */
export async function readConfig(path?: string, surroundings: Surroundings = {}): Promise<ReadConfig> {
  const { env = process.env, folder = process.cwd() } = surroundings;
  const found = findConfig(path, surroundings);
  if (found === undefined) {
    const allowed = `${CONFIG_FILES.join(', ')} in ${folder}, or a path in OTEL_RESILIENCE_CONFIG`;
    throw new ConfigurationError([{ path: 'configuration', value: 'no file', allowed }]);
  }
  const { file, given, ignored } = found;
  const whole = resolve(folder, file);
  const parsed = await parseConfig(await readTextFile(whole, { path: given, value: file }), file, env);
  const value = withoutNulls(parsed.value);
  const openslo = pathsOfOpenSlo(value);
  const fromOpenSlo = await objectivesIn(openslo, dirname(whole), dirname(file), maxDurationOf(value));
  const problems = [...checkConfig(value, 'file'), ...fromOpenSlo.problems];
  if (problems.length === 0) problems.push(...collisions(value as ResilienceConfig, fromOpenSlo.objectives));
  if (problems.length > 0) throw new ConfigurationError(located(problems, file, parsed));
  const config = assembled(value as ResilienceConfig, fromOpenSlo.objectives, dirname(whole));
  return {
    config,
    file,
    sources: [whole, ...openslo.map((each) => resolve(dirname(whole), each))],
    warnings: [
      ...parsed.warnings,
      ...ignored.map((other) => `${other} is not read, for there is ${file}`),
      ...configWarnings(config).map(
        ({ path: at, sentence }) => `${file}:${parsed.placeOf(keysOf(at)).line}: ${at}: ${sentence}`,
      ),
      ...fromOpenSlo.warnings,
    ],
  };
}

/** What OpenSLO files say; what reads them is loaded where there are any. */
async function objectivesIn(
  paths: readonly string[],
  path: string,
  shown: string,
  maxDurationMillis: number,
): Promise<OpenSloObjectives> {
  if (paths.length === 0) return { objectives: [], problems: [], warnings: [] };
  const { readOpenSloFiles } = await import('./openslo-files.ts');
  return readOpenSloFiles(paths, { path, shown }, { maxDurationMillis });
}

/** Every problem with its line, in order of lines; those of other files come after. */
function located(
  problems: readonly ConfigurationProblem[],
  file: string,
  { placeOf }: ParsedFile,
): ConfigurationProblem[] {
  const own = problems.filter((problem) => problem.file === undefined);
  const inOrder = own
    .map((problem) => ({ ...problem, file, line: placeOf(keysOf(problem.path)).line }))
    .toSorted((a, b) => a.line - b.line);
  return [...inOrder, ...problems.filter((problem) => problem.file !== undefined)];
}

/** The paths of OpenSLO files, whatever else is wrong. */
function pathsOfOpenSlo(value: unknown): string[] {
  const sla = isPlainObject(value) && isPlainObject(value['sla']) ? value['sla'] : {};
  const paths: unknown[] = Array.isArray(sla['openslo']) ? sla['openslo'] : [];
  return paths.filter((path): path is string => typeof path === 'string' && path !== '');
}

function maxDurationOf(value: unknown): number {
  const sla = isPlainObject(value) && isPlainObject(value['sla']) ? value['sla'] : {};
  return parseDuration(sla['maxDuration']) || parseDuration(SLA_DEFAULTS.maxDuration)!;
}

/** Names that objectives of OpenSLO files share with others. */
function collisions({ sla = {} }: ResilienceConfig, fromOpenSlo: readonly Objective[]): ConfigurationProblem[] {
  const all = [...(sla.objectives ?? []), ...fromOpenSlo];
  return objectiveProblems(all, 'sla.objectives', Infinity).map(({ value, allowed }) => ({
    path: 'sla.openslo',
    value,
    allowed,
  }));
}

function assembled(
  value: ResilienceConfig & { $schema?: string },
  fromOpenSlo: Objective[],
  folder: string,
): ResilienceConfig {
  const { $schema: _, sla, ...rest } = value;
  if (sla === undefined) return rest;
  const { openslo, state, ...options } = sla;
  const objectives = [...(options.objectives ?? []), ...fromOpenSlo];
  const whole: SlaConfig = { ...options };
  if (openslo !== undefined) whole.objectives = objectives;
  if (state !== undefined) whole.state = { ...state, file: resolve(folder, state.file) };
  return { ...rest, sla: whole };
}
