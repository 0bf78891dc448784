import * as v from 'valibot';
import { resolveOptions as resolveBulkhead } from '../bulkhead/options.ts';
import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';
import { resolveOptions as resolveSla } from '../sla/options.ts';
import { resolveOptions as resolveTimeout } from '../timeout/options.ts';
import { type Keys, pathText, prefixesOf } from './problem-path.ts';
import { isPlainObject } from './schema/closed-object.ts';
import type { Origin } from './schema/sla-schema.ts';
import { configSchema } from './schema.ts';

const schemas: Record<Origin, v.GenericSchema | undefined> = { file: undefined, code: undefined };

/**
 * Everything that is wrong with a `ResilienceConfig`, each place named once. The schema says what each value may be; rules
 * between values are the concepts' own.
 * @param origin - functions may stand in code only.
 */
export function checkConfig(config: unknown, origin: Origin = 'code'): ConfigurationProblem[] {
  const schema = (schemas[origin] ??= configSchema(origin));
  const structural = schemaProblems(schema, config);
  const others = isPlainObject(config) ? [...slaProblems(config['sla']), ...guardsProblems(config['guards'])] : [];
  const named = new Set(structural.map(({ path }) => path));
  const above = new Set(structural.flatMap(({ path }) => prefixesOf(path)));
  const isNamed = (path: string): boolean => above.has(path) || prefixesOf(path).some((prefix) => named.has(prefix));
  return [...structural, ...others.filter(({ path }) => !isNamed(path))];
}

/** What a schema says of a value, at most one problem a place. */
function schemaProblems(schema: v.GenericSchema, value: unknown): ConfigurationProblem[] {
  const { issues = [] } = v.safeParse(schema, value);
  const byPath = new Map<string, ConfigurationProblem>();
  for (const problem of issues.flatMap((issue) => problemsOf(issue, [])))
    if (!byPath.has(problem.path)) byPath.set(problem.path, problem);
  return [...byPath.values()];
}

/** Where a union is given an object, what is wrong in it says more than that it is none of the others. */
function problemsOf(issue: v.BaseIssue<unknown>, above: Keys): ConfigurationProblem[] {
  const keys = [...above, ...(issue.path ?? []).map(({ key }) => key as string | number)];
  const inside = (issue.issues ?? []).filter(({ path }) => path !== undefined);
  if (inside.length > 0) return inside.flatMap((each) => problemsOf(each, keys));
  return [{ path: pathText(keys) || 'configuration', value: issue.input, allowed: issue.message }];
}

function slaProblems(sla: unknown): ConfigurationProblem[] {
  if (!isPlainObject(sla)) return [];
  const { openslo: _openslo, state: _state, ...options } = sla;
  return thrownBy(() => resolveSla(options), 'sla').map((problem) => ({
    ...problem,
    path: withoutName(problem.path, options['objectives']),
  }));
}

/** The concept adds the name of an objective to its place: `objectives[0] ('orders').target`. */
function withoutName(path: string, objectives: unknown): string {
  const [place = '', index] = /^sla\.objectives\[(\d+)\](?= \(')/.exec(path) ?? [];
  if (index === undefined || !Array.isArray(objectives)) return path;
  const { name } = objectives[Number(index)] as { name: string };
  return place + path.slice(`${place} ('${name.slice(0, 200)}')`.length);
}

function guardsProblems(guards: unknown): ConfigurationProblem[] {
  if (!Array.isArray(guards)) return [];
  return guards.flatMap((guard: unknown, index) => {
    const { bulkhead, timeout } = isPlainObject(guard) ? guard : {};
    const place = `guards[${index}]`;
    return [
      ...(isPlainObject(bulkhead)
        ? thrownBy(() => resolveBulkhead({ ...bulkhead, name: place }), `${place}.bulkhead`)
        : []),
      ...(isPlainObject(timeout) ? thrownBy(() => resolveTimeout(timeout), `${place}.timeout`) : []),
    ];
  });
}

/** What a concept finds wrong with its options. */
function thrownBy(resolve: () => unknown, place: string): ConfigurationProblem[] {
  try {
    resolve();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => ({ ...problem, path: `${place}.${problem.path}` }));
  }
}
