import * as v from 'valibot';
import { ConfigurationError, type ConfigurationProblem } from '../../errors.ts';
import { alertConditionSpec, alertNotificationTargetSpec, alertPolicySpec } from './alert-schema.ts';
import { type RawDocument, splitDocuments } from './document-text.ts';
import type { OpenSloDocument, OpenSloKind } from './documents.ts';
import { problemAt } from './findings.ts';
import { description, fields, metadata, someText } from './schema-parts.ts';
import { isPlainObject } from '../schema/closed-object.ts';
import { sliSpec } from './sli-schema.ts';
import { sloSpec } from './slo-schema.ts';

const VERSION = 'openslo/v1';
const SPECS: Readonly<Record<OpenSloKind, v.GenericSchema>> = {
  SLO: sloSpec,
  SLI: sliSpec,
  Service: v.optional(fields({ description }), {}),
  AlertPolicy: alertPolicySpec,
  AlertCondition: alertConditionSpec,
  AlertNotificationTarget: alertNotificationTargetSpec,
  DataSource: fields({ description, type: someText, connectionDetails: v.optional(v.unknown()) }),
};
const KINDS = Object.keys(SPECS) as OpenSloKind[];

/** What an apiVersion that is near can be told beyond the one that is needed. */
const OTHER_VERSIONS: Readonly<Record<string, string>> = {
  'openslo/v1alpha':
    '; v1alpha has to be rewritten: queries go to indicator.spec with a metricSource each, timeWindows becomes timeWindow with a duration such as 28d',
  'openslo.com/v2alpha': '; v2alpha is a draft: sli becomes indicator, sliRef becomes indicatorRef',
};

/**
 * Reads OpenSLO v1: YAML or JSON, one or more documents, each an object or a list of objects. Every document is checked by
 * itself; references are followed by `objectivesOf`, over all files at once.
 * @param file - how the file is called in problems and warnings.
 * @throws ConfigurationError listing everything that is wrong, with line and column.
 */
export async function readOpenSlo(text: string, file: string): Promise<OpenSloDocument[]> {
  const { documents, problems } = await splitDocuments(text, file);
  const read = documents.map((raw, index) => ({ raw, problems: problemsOf(raw, `document ${index + 1}`) }));
  const all = [...problems, ...read.flatMap((each) => each.problems)];
  if (all.length > 0) throw new ConfigurationError(all);
  return read.map(({ raw }) => {
    const { apiVersion: _, ...given } = withoutNulls(raw.value) as Record<string, unknown>;
    return { spec: {}, ...given, source: raw.source } as unknown as OpenSloDocument;
  });
}

function problemsOf({ value: raw, source }: RawDocument, untitled: string): ConfigurationProblem[] {
  const value = withoutNulls(raw);
  const title = titleIn(value) ?? untitled;
  const problem = (path: readonly (string | number)[], allowed: string): ConfigurationProblem =>
    problemAt(source, title, path, shown(value, path), allowed);
  if (!isPlainObject(value)) return [problem([], `an object with apiVersion, kind, metadata and spec`)];
  const { apiVersion, kind } = value;
  if (apiVersion !== VERSION)
    return [problem(['apiVersion'], `'${VERSION}'${OTHER_VERSIONS[String(apiVersion)] ?? ''}`)];
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) return [problem(['kind'], `one of ${KINDS.join(', ')}`)];
  const schema = fields({ apiVersion: v.string(), kind: v.string(), metadata, spec: SPECS[known] });
  const { issues = [] } = v.safeParse(schema, value);
  return issues.map(({ path = [], message }) =>
    problem(
      path.map(({ key }) => (typeof key === 'number' ? key : String(key))),
      message,
    ),
  );
}

/** Such as `SLO 'checkout'`, where it says so much. */
function titleIn(value: unknown): string | undefined {
  if (!isPlainObject(value) || !isPlainObject(value['metadata'])) return undefined;
  const { kind, metadata: head } = value;
  return typeof kind === 'string' && typeof head['name'] === 'string'
    ? `${kind} '${head['name'].slice(0, 63)}'`
    : undefined;
}

/** What was given at a path. Of data sources no texts, for they hold credentials. */
function shown(value: unknown, path: readonly (string | number)[]): unknown {
  let given = value;
  for (const key of path)
    given = isPlainObject(given) || Array.isArray(given) ? (given as Record<string, unknown>)[key] : undefined;
  const isSecret =
    isPlainObject(value) && value['kind'] === 'DataSource' && path[0] === 'spec' && typeof given === 'string';
  return isSecret ? '…' : given;
}

/** What is `null` counts as left out, as `alertPolicies:` with nothing behind it. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isPlainObject(value)) return value;
  const given = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(given.map(([key, each]) => [key, withoutNulls(each)]));
}
