import type * as YamlModule from 'yaml';
import type { Document, LineCounter } from 'yaml';
import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';
import { type Environment, substitute } from './env-substitution.ts';
import type { Keys } from './problem-path.ts';
import { withinTheStack } from './yaml-depth.ts';
import { type Place, placeAt, placesOf } from './yaml-places.ts';

/** What a file says, and where. */
export interface ParsedFile {
  readonly value: unknown;
  readonly placeOf: (path: Keys) => Place;
  /** What is odd, each with its place. */
  readonly warnings: readonly string[];
}

type Yaml = typeof YamlModule;

/** Aliases may not make more of a file than so many times what it holds. */
const MOST_ALIASES = 100;
const REFERENCE = 'a reference such as ${NAME} or ${NAME:-default}; $$ for a mere $';

/**
 * Reads YAML, or JSON, which is read as YAML so that lines are known. References to the environment are replaced.
 * @param file - how it is called in problems.
 * @throws ConfigurationError listing every problem with its line and column.
 */
export async function parseConfig(text: string, file: string, env: Environment): Promise<ParsedFile> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const options = { lineCounter: lines, merge: true, stringKeys: true, prettyErrors: false } as const;
  const documents = withinTheStack(() => yaml.parseAllDocuments(text, options), file);
  const [document, ...others] = Array.isArray(documents) ? documents : [];
  const second = others.find((each) => !isEmpty(yaml, each));
  const problems = [...syntaxProblems(document, text, lines), ...syntaxProblems(second, text, lines)];
  if (second !== undefined) {
    const place = placeAt(lines, second.contents?.range[0] ?? second.range[0]);
    const allowed = 'one document only (OpenSLO has files of its own)';
    problems.push({ path: 'configuration', value: lineOf(text, place.line), allowed, ...place });
  }
  if (document !== undefined && problems.length === 0) problems.push(...substituteAll(yaml, document, lines, env));
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => ({ ...problem, file })));
  if (document === undefined || document.contents === null || isEmpty(yaml, document))
    throw new ConfigurationError([{ path: 'configuration', value: '', allowed: 'a file that is not empty', file }]);
  return {
    value: plainValue(document, file, placeAt(lines, document.contents.range[0])),
    placeOf: placesOf(yaml, document, lines),
    warnings: document.warnings.map(({ pos, message }) => `${file}:${placeAt(lines, pos[0]).line}: ${message}`),
  };
}

function isEmpty({ isScalar }: Yaml, { contents, errors }: Document.Parsed): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
}

/** What the parser objects to, once a line: what follows on the same is often of its own making. */
function syntaxProblems(
  document: Document.Parsed | undefined,
  text: string,
  lines: LineCounter,
): ConfigurationProblem[] {
  const byLine = new Map<number, ConfigurationProblem>();
  for (const { pos, message } of document?.errors ?? []) {
    const place = placeAt(lines, pos[0]);
    const value = lineOf(text, place.line);
    const hint = value.includes('${') ? '; inside [ ] and { } a ${reference} has to be in quotes' : '';
    const allowed = `YAML or JSON (${message}${hint})`;
    if (!byLine.has(place.line)) byLine.set(place.line, { path: 'configuration', value, allowed, ...place });
  }
  return [...byLine.values()];
}

/** What stands in a line, or last before it. */
function lineOf(text: string, line: number): string {
  const lines = text.split('\n', line).map((each) => each.trim());
  return lines.findLast((each) => each !== '') ?? '';
}

/** Replaces the references in all values; keys stay. What is not in quotes gets its type after that. */
function substituteAll(
  yaml: Yaml,
  document: Document.Parsed,
  lines: LineCounter,
  env: Environment,
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  yaml.visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const { text, invalid } = substitute(node.value, env);
      for (const value of invalid)
        problems.push({ path: 'configuration', value, allowed: REFERENCE, ...placeAt(lines, node.range?.[0] ?? 0) });
      const isPlain = node.type === yaml.Scalar.PLAIN && node.tag === undefined;
      node.value = isPlain ? typed(yaml, document, text) : text;
    },
  });
  return problems;
}

/** What YAML takes a text for that is not in quotes. */
function typed({ isScalar }: Yaml, { schema, options }: Document.Parsed, text: string): unknown {
  const tag = schema.tags.find(
    (each) => each.collection === undefined && each.default === true && each.test?.test(text),
  );
  if (tag === undefined || tag.collection !== undefined) return text;
  const found: unknown = tag.resolve(text, () => {}, options);
  return isScalar(found) ? found.value : found;
}

function plainValue(document: Document.Parsed, file: string, place: Place): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    const allowed = `YAML or JSON (${error instanceof Error ? error.message : String(error)})`;
    throw new ConfigurationError([{ path: 'configuration', value: undefined, allowed, file, ...place }]);
  }
}
