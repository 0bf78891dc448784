import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { ConfigurationError, type ConfigurationProblem } from '../../../src/errors.ts';
import { objectivesOf, type OpenSloObjectives, readOpenSlo } from '../../../src/config/openslo/index.ts';

type Fields = Record<string, unknown>;

const query = { metricSource: { type: 'Any', spec: { query: 'Any' } } };
export const RATIO: Fields = { ratioMetric: { good: query, total: query } };
export const THRESHOLD: Fields = { thresholdMetric: query };

/** The text of a fixture. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}

/** A document of OpenSLO v1, as a plain object. */
export function written(kind: string, name: string, spec: unknown, annotations?: Record<string, string>): Fields {
  const ours = Object.entries(annotations ?? {}).map(([key, value]) => [`opentelemetry-resilience/${key}`, value]);
  const metadata = { name, ...(annotations && { annotations: Object.fromEntries(ours) }) };
  return { apiVersion: 'openslo/v1', kind, metadata, spec };
}

/** An SLO that is kept without a word, but for what is changed of its spec, its one objective, its indicator or its annotations. */
export function writtenSlo(change: {
  name?: string;
  spec?: Fields;
  objective?: Fields;
  indicator?: Fields;
  annotations?: Record<string, string>;
}): Fields {
  const { name = 'slo', spec, objective, indicator = RATIO, annotations = { metric: 'availability' } } = change;
  const whole = {
    service: 'web',
    indicator: { metadata: { name: 'sli' }, spec: indicator },
    timeWindow: [{ duration: '28d', isRolling: true }],
    budgetingMethod: 'Occurrences',
    objectives: [{ target: 0.99, ...objective }],
    ...spec,
  };
  return written('SLO', name, whole, annotations);
}

/** The documents as a file of several YAML documents. */
export function yamlOf(...documents: readonly unknown[]): string {
  return documents.map((document) => stringify(document)).join('---\n');
}

/** What is wrong with a text. */
export async function problemsIn(text: string): Promise<readonly ConfigurationProblem[]> {
  try {
    await readOpenSlo(text, 'slo.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** What documents come to. */
export async function mapped(...documents: readonly unknown[]): Promise<OpenSloObjectives> {
  return objectivesOf(await readOpenSlo(yamlOf(...documents), 'slo.yaml'));
}
