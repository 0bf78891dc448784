import { readFile } from 'node:fs/promises';
import { readConfig, type ReadConfig } from '../../config/load.ts';
import { parseConfig } from '../../config/parse.ts';
import { ConfigurationError, type ConfigurationProblem } from '../../errors.ts';
import { objectiveWarnings } from '../../sla/objective-problems.ts';
import { SLA_DEFAULTS } from '../../sla/options.ts';
import { type ResolvedObjective, resolveObjective } from '../../sla/resolved-objective.ts';

/** A warning and where it belongs, as far as that is known. */
export interface PlacedWarning {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** What was found in a configuration: its problems, or what was understood. */
export type Findings =
  | { readonly isValid: false; readonly problems: readonly ConfigurationProblem[]; readonly message: string }
  | {
      readonly isValid: true;
      readonly read: ReadConfig;
      readonly objectives: readonly ResolvedObjective[];
      readonly warnings: readonly PlacedWarning[];
    };

/** Reads a configuration as the application would. */
export async function findingsOf(path: string | undefined): Promise<Findings> {
  try {
    const read = await readConfig(path);
    const { objectives: declared = [], minEvents = SLA_DEFAULTS.minEvents } = read.config.sla ?? {};
    const objectives = declared.map((objective) => resolveObjective(objective, { minEvents }));
    const warnings = [...read.warnings.map(placed), ...(await warningsOf(objectives, read))];
    return { isValid: true, read, objectives, warnings };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { isValid: false, problems: error.problems, message: error.message };
  }
}

/** What objectives cannot do. Those of the file itself come first, and have their lines; those of OpenSLO files have none. */
async function warningsOf(
  objectives: readonly ResolvedObjective[],
  { file, sources }: ReadConfig,
): Promise<PlacedWarning[]> {
  const { placeOf, value } = await parseConfig(await readFile(sources[0] ?? file, 'utf8'), file, process.env);
  const { sla } = value as { sla?: { objectives?: unknown[] | null } };
  const own = sla?.objectives?.length ?? 0;
  return objectives.flatMap((objective, index) =>
    objectiveWarnings(objective).map((message) =>
      index < own ? { message, file, line: placeOf(['sla', 'objectives', index]).line } : { message },
    ),
  );
}

/** A warning that begins with its place. */
function placed(warning: string): PlacedWarning {
  const [, file, line, message] = /^(.+?):(\d+): ([^]*)$/.exec(warning) ?? [];
  return file === undefined || message === undefined ? { message: warning } : { message, file, line: Number(line) };
}
